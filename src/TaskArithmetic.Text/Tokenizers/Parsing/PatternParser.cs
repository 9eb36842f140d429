using TaskArithmetic.Text.Tokenizers.Patterns;

namespace TaskArithmetic.Text.Tokenizers.Parsing;

/// <summary>Reads <c>{"String": …}</c> and <c>{"Regex": …}</c>.</summary>
internal static class PatternParser
{
    private static readonly ITextPattern Nothing = new CharacterPattern(_ => false);

    public static ITextPattern Parse(TokenizerJsonNode node)
    {
        if (!node["Regex"].IsAbsent)
            return ParseRegex(node["Regex"]);
        if (node["String"].IsAbsent)
        {
            node.Expected("""{"String": …} or {"Regex": …}""");
            return Nothing;
        }
        var literal = node["String"].Text();
        if (literal.Length > 0)
            return new LiteralPattern(literal);
        node["String"].Expected("text that is not empty");
        return Nothing;
    }

    private static ITextPattern ParseRegex(TokenizerJsonNode node)
    {
        var pattern = node.Text();
        try
        {
            return new OnigurumaPattern(pattern);
        }
        catch (PatternException e)
        {
            node.Problems.Add(TokenizerDiagnostics.UnsupportedPattern(node.File, node.Where, pattern, e.Offset, e.Message));
            return Nothing;
        }
    }
}
