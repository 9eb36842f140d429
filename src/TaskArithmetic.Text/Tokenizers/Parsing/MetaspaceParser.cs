namespace TaskArithmetic.Text.Tokenizers.Parsing;

/// <summary>Checks what the pre-tokenizer and the decoder of the kind Metaspace share.</summary>
internal static class MetaspaceParser
{
    public static void Parse(TokenizerJsonNode node)
    {
        node["replacement"].Character();
        var scheme = node["prepend_scheme"].TextOrNull() ?? "always";
        if (scheme is not ("always" or "first" or "never"))
            node["prepend_scheme"].Expected("\"always\", \"first\" or \"never\"");
        // Older files say add_prefix_space; the library refuses those where it contradicts the scheme.
        if (node["add_prefix_space"].FlagOrNull() == false && scheme != "never")
            node["add_prefix_space"].Expected("true, or the prepend_scheme \"never\"");
    }
}
