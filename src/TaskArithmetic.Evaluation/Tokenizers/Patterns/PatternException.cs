namespace TaskArithmetic.Evaluation.Tokenizers.Patterns;

/// <summary>A regular expression is malformed or uses a construct outside the supported part of Oniguruma's syntax.</summary>
internal sealed class PatternException(int offset, string reason) : Exception(reason)
{
    /// <summary>Where in the expression, in UTF-16 units.</summary>
    public int Offset { get; } = offset;
}
