using Microsoft.Extensions.FileSystemGlobbing;

namespace TaskArithmetic.Checkpoints;

/// <summary>The files beside the weights that make a folder a model: configuration, tokenizer, chat template, custom code, licence.</summary>
internal static class CarriedFiles
{
    private static readonly string[] Patterns =
    [
        "config.json", "generation_config.json", "configuration_*.py", "modeling_*.py", "tokenization_*.py",
        "tokenizer.json", "tokenizer_config.json", "tokenizer.model", "special_tokens_map.json", "added_tokens.json",
        "vocab.json", "vocab.txt", "merges.txt", "*.tiktoken", "spiece.model",
        "chat_template.jinja", "chat_template.json", "additional_chat_templates/*.jinja",
        "preprocessor_config.json", "processor_config.json",
        "LICENSE*", "NOTICE*", "USE_POLICY*",
    ];

    /// <summary>Their names relative to the model folder, with <c>/</c>, in ordinal order.</summary>
    public static IReadOnlyList<string> Of(string modelFolder)
    {
        var matcher = new Matcher(StringComparison.Ordinal);
        matcher.AddIncludePatterns(Patterns);
        return [.. matcher.GetResultsInFullPath(modelFolder).Select(p => Path.GetRelativePath(modelFolder, p).Replace('\\', '/')).Order(StringComparer.Ordinal)];
    }
}
