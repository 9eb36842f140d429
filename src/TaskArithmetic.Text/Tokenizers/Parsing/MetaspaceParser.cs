using TaskArithmetic.Text.Tokenizers.PreTokenizers;

namespace TaskArithmetic.Text.Tokenizers.Parsing;

/// <summary>Reads what the pre-tokenizer and the decoder of the kind Metaspace share.</summary>
internal static class MetaspaceParser
{
    public static PrependScheme ParseScheme(TokenizerJsonNode node)
    {
        var scheme = node["prepend_scheme"].TextOrNull() switch
        {
            null or "always" => PrependScheme.Always,
            "first" => PrependScheme.First,
            "never" => PrependScheme.Never,
            _ => Unknown(node["prepend_scheme"]),
        };
        // Older files say add_prefix_space; the reference refuses those where it contradicts the scheme.
        if (node["add_prefix_space"].FlagOrNull() == false && scheme != PrependScheme.Never)
            node["add_prefix_space"].Expected("true, or the prepend_scheme \"never\"");
        return scheme;
    }

    private static PrependScheme Unknown(TokenizerJsonNode node)
    {
        node.Expected("\"always\", \"first\" or \"never\"");
        return PrependScheme.Never;
    }
}
