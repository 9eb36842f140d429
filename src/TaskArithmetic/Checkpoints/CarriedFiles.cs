using Microsoft.Extensions.FileSystemGlobbing;

namespace TaskArithmetic.Checkpoints;

/// <summary>The files beside the weights that make a folder a model: configuration, tokenizer, chat template, custom code, licence.</summary>
internal static class CarriedFiles
{
    private static readonly string[] Carried =
    [
        "config.json", "generation_config.json", "configuration.json", "params.json", "*.py", "**/*.jinja",
        "*token*.json", "*tokenizer*.model*", "*.tiktoken", "*.spm", "*sentencepiece*", "spiece.model", "vocab.*", "*-vocab.*", "merges.txt", "normalizer.json", "tekken.json",
        "chat_template*", "*processor_config.json",
        "LICENSE*", "LICENCE*", "NOTICE*", "USE_POLICY*", "COPYING*",
    ];

    /// <summary>Weights in any form, what describes them, what training left, pages for people: none of it makes a merged model work.</summary>
    private static readonly string[] NotOfTheModel =
    [
        "**/*.safetensors", "**/*.bin", "**/*.pt", "**/*.pth", "**/*.ckpt", "**/*.gguf", "**/*.onnx", "**/*.onnx_data", "**/*.h5", "**/*.msgpack", "**/*.npz", "**/*.ot",
        "**/*.index.json", "**/*.md", "**/*.png", "**/*.jpg", "**/*.jpeg", "**/*.gif", "**/*.webp", "**/*.svg", "**/*.pdf", "**/.*", "**/.*/**",
        "taskarithmetic.json", "adapter_config.json", "quantize_config.json", "quant_config.json", "hf_quant_config.json",
        "trainer_state.json", "training_args.*", "*_results.json", "optimizer*", "scheduler*", "rng_state*", "latest", "zero_to_fp32.py", "global_step*/**", "checkpoint-*/**",
        "runs/**", "logs/**", "original/**", "onnx/**", "*.log", "*.jsonl", "*.csv", "eval*/**",
    ];

    /// <summary>Their names relative to the model folder, with <c>/</c>, in ordinal order.</summary>
    public static IReadOnlyList<string> Of(string modelFolder) => Files(modelFolder, Carried, NotOfTheModel);

    /// <summary>Files that nothing is known about, so that they stay behind and the user should hear of it.</summary>
    public static IReadOnlyList<string> LeftBehind(string modelFolder) => Files(modelFolder, ["**/*"], [.. Carried, .. NotOfTheModel]);

    private static IReadOnlyList<string> Files(string modelFolder, string[] include, string[] exclude)
    {
        var matcher = new Matcher(StringComparison.OrdinalIgnoreCase);
        matcher.AddIncludePatterns(include);
        matcher.AddExcludePatterns(exclude);
        return [.. matcher.GetResultsInFullPath(modelFolder).Select(p => Path.GetRelativePath(modelFolder, p).Replace('\\', '/')).Order(StringComparer.Ordinal)];
    }
}
