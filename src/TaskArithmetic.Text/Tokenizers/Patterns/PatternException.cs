namespace TaskArithmetic.Text.Tokenizers.Patterns;

/// <summary>A regular expression whose running time cannot be bounded.</summary>
/// <param name="offset">Where in it, in UTF-16 units from zero.</param>
/// <param name="reason">Why, as the end of a sentence.</param>
internal sealed class PatternException(int offset, string reason) : Exception(reason)
{
    public int Offset { get; } = offset;
}
