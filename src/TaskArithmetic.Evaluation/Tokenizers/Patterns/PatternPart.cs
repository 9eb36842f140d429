namespace TaskArithmetic.Evaluation.Tokenizers.Patterns;

/// <summary>A piece of a translated expression: syntax that both dialects share, or a set that matches one code point.</summary>
internal readonly record struct PatternPart(string? Syntax, CodePointSet? Set)
{
    public static implicit operator PatternPart(string syntax) => new(syntax, null);

    public static implicit operator PatternPart(CodePointSet set) => new(null, set);
}
