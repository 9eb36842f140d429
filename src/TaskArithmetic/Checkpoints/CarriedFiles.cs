using Microsoft.Extensions.FileSystemGlobbing;
using TaskArithmetic.Diagnostics;
using TaskArithmetic.Files;

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
        "taskarithmetic.json", "mergekit*_config.yml", "adapter_config.json", "quantize_config.json", "quant_config.json", "hf_quant_config.json",
        "trainer_state.json", "training_args.*", "*_results.json", "optimizer*", "scheduler*", "rng_state*", "latest", "zero_to_fp32.py", "global_step*/**", "checkpoint-*/**",
        "runs/**", "logs/**", "original/**", "onnx/**", "*.log", "*.jsonl", "*.csv", "eval*/**",
    ];

    /// <summary>Their names relative to the model folder, with <c>/</c>, in ordinal order.</summary>
    public static IReadOnlyList<string> Of(string modelFolder) => Files(modelFolder, Carried, NotOfTheModel);

    /// <summary>Those among the names of a folder that need not be here, in ordinal order.</summary>
    public static IReadOnlyList<string> Among(IEnumerable<string> names) => [.. MatcherOf(Carried, NotOfTheModel).Match(names).Files.Select(file => file.Path).Order(StringComparer.Ordinal)];

    /// <summary>Files that nothing is known about, so that they stay behind and the user should hear of it.</summary>
    public static IReadOnlyList<string> LeftBehind(string modelFolder) => Files(modelFolder, ["**/*"], [.. Carried, .. NotOfTheModel]);

    /// <summary>Those that cannot be taken along, and why; known before anything is written.</summary>
    public static IReadOnlyList<Diagnostic> Problems(string modelFolder)
    {
        try
        {
            // A folder in the place of a file is not among the files, but is no absent file either; one called LICENSES is as it should be.
            var folders = MatcherOf(Carried, []).Match(Directory.GetDirectories(modelFolder).Select(f => Path.GetFileName(f)).Where(Path.HasExtension)).Files.Select(f => f.Path);
            return [.. Of(modelFolder).Concat(folders).Select(name => CarriedFile.Problem(modelFolder, name)).OfType<Diagnostic>()];
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return [CheckpointDiagnostics.NotCarried(modelFolder, e.Message)];
        }
    }

    private static IReadOnlyList<string> Files(string modelFolder, string[] include, string[] exclude)
    {
        var names = new List<string>();
        AddNames(names, modelFolder, "", []);
        return [.. MatcherOf(include, exclude).Match(names).Files.Select(file => file.Path).Order(StringComparer.Ordinal)];
    }

    private static Matcher MatcherOf(string[] include, string[] exclude)
    {
        var matcher = new Matcher(StringComparison.OrdinalIgnoreCase);
        matcher.AddIncludePatterns(include);
        matcher.AddExcludePatterns(exclude);
        return matcher;
    }

    /// <summary>
    /// Adds the names of all files in a folder and the folders in it. A matcher of its own accord would follow links to folders in circles
    /// and over the whole disk, so every folder is looked into once, and one outside of the model only for what lies directly in it.
    /// </summary>
    private static void AddNames(List<string> names, string modelFolder, string folder, HashSet<string> seen)
    {
        var path = Path.Combine(modelFolder, folder);
        var real = RealPath.Of(path);
        if (!seen.Add(real))
            return;
        var isWithin = RealPath.IsWithin(RealPath.Of(modelFolder), real);
        foreach (var entry in new DirectoryInfo(path).EnumerateFileSystemInfos())
        {
            var name = folder.Length == 0 ? entry.Name : $"{folder}/{entry.Name}";
            if (!entry.Attributes.HasFlag(FileAttributes.Directory))
                names.Add(name);
            else if (isWithin)
                AddNames(names, modelFolder, name, seen);
        }
    }
}
