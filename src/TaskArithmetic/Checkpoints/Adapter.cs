using System.Text.Json;
using TaskArithmetic.Files;

namespace TaskArithmetic.Checkpoints;

/// <summary>Recognises what PEFT writes: the factors of a low-rank update instead of weights.</summary>
internal static class Adapter
{
    /// <summary>The file that makes a folder an adapter.</summary>
    public const string ConfigFile = "adapter_config.json";

    private static readonly string[] Factors = [".lora_A.", ".lora_B.", ".lora_embedding_A", ".lora_embedding_B", ".lora_magnitude_vector"];

    /// <summary>What the adapter of a folder, or of a file in it, is in words; null where there is none, or a whole model as well.</summary>
    public static string? At(string path)
    {
        var isFile = Path.GetFileName(path).StartsWith("adapter_model.", StringComparison.Ordinal) && File.Exists(path);
        var folder = isFile ? Path.GetDirectoryName(Path.GetFullPath(path))! : path;
        return !isFile && (File.Exists(Path.Combine(folder, "model.safetensors")) || File.Exists(Path.Combine(folder, "config.json"))) ? null : Describe(folder);
    }

    /// <summary>What the adapter of a folder is, in words; null where the folder is none.</summary>
    public static string? Describe(string folder)
    {
        var path = Path.Combine(folder, ConfigFile);
        if (!RegularFile.IsPresent(path))
            return RegularFile.IsPresent(Path.Combine(folder, "adapter_model.safetensors")) ? $"it holds adapter_model.safetensors, but no {ConfigFile}" : null;
        try
        {
            using var json = JsonFile.Read(path);
            var rank = Value("r") is { } r ? $", rank {r}" : "";
            return $"its {ConfigFile} says {Value("peft_type") ?? "PEFT"}{rank}{(Value("base_model_name_or_path") is { } model ? $" on '{model}'" : "")}";

            string? Value(string name) => json.RootElement.ValueKind == JsonValueKind.Object && json.RootElement.TryGetProperty(name, out var value)
                ? value.ValueKind switch
                {
                    JsonValueKind.String => value.GetString(),
                    JsonValueKind.Number => value.GetRawText(),
                    _ => null,
                }
                : null;
        }
        catch (Exception e) when (e is JsonException or IOException or UnauthorizedAccessException)
        {
            return $"it has an {ConfigFile}";
        }
    }

    /// <summary>The first name that is a factor of a low-rank update; null where none is.</summary>
    public static string? FactorIn(IEnumerable<string> tensorNames) =>
        tensorNames.Where(name => Factors.Any(factor => name.Contains(factor, StringComparison.Ordinal))).Order(StringComparer.Ordinal).FirstOrDefault();
}
