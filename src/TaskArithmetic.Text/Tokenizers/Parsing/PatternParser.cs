using TaskArithmetic.Text.Tokenizers.Patterns;

namespace TaskArithmetic.Text.Tokenizers.Parsing;

/// <summary>Reads <c>{"String": …}</c> and <c>{"Regex": …}</c>.</summary>
internal static class PatternParser
{
    /// <summary>Notes the pattern and gives the least length of what it matches.</summary>
    public static int Parse(TokenizerJsonNode node, TextBound bound)
    {
        if (!node["Regex"].IsAbsent)
        {
            See(node["Regex"], node["Regex"].Text(), bound);
            return 0;
        }
        if (node["String"].IsAbsent)
            node.Expected("""{"String": …} or {"Regex": …}""");
        else if (node["String"].Text().Length == 0)
            node["String"].Expected("text that is not empty");
        else
            return node["String"].Text().Length;
        return 0;
    }

    /// <summary>Notes a regular expression.</summary>
    public static void See(TokenizerJsonNode node, string pattern, TextBound bound)
    {
        try
        {
            bound.See(pattern, PatternBound.LongestText(pattern, TextBound.Most));
        }
        catch (PatternException e)
        {
            node.Problems.Add(TokenizerDiagnostics.UnsupportedPattern(node.File, node.Where, pattern, e.Offset, e.Message));
        }
    }
}
