using System.Text.Json;
using System.Text.Json.Nodes;
using TaskArithmetic.Safetensors;

namespace TaskArithmetic.Checkpoints;

/// <summary>
/// Recognises quantised checkpoints, by what they say of themselves and by what their tensors look like. Packed integers cannot be added, and
/// adding only the scales beside them gives neither model.
/// </summary>
internal static class Quantization
{
    /// <summary>Keys of config.json: transformers', and that of older compressed-tensors.</summary>
    private static readonly string[] ConfigFields = ["quantization_config", "compression_config"];

    /// <summary>Files that quantisers write beside the weights: AutoGPTQ, AutoAWQ, ModelOpt.</summary>
    private static readonly string[] ConfigFiles = ["quantize_config.json", "quant_config.json", "hf_quant_config.json"];

    /// <summary>Names beside a packed tensor: scales, zero points, code books, groups.</summary>
    private static readonly string[] Companions = ["scale", "zero", "scb", "absmax", "quant", "g_idx", "codebook", "blocks"];

    /// <summary>How a checkpoint is quantised, with the evidence; null where its weights are plain numbers.</summary>
    public static string? Of(Checkpoint checkpoint) => Declared(checkpoint) ?? Packed(checkpoint);

    private static string? Declared(Checkpoint checkpoint)
    {
        foreach (var field in ConfigFields)
        {
            if (checkpoint.Config?.Raw(field) is { } raw && JsonNode.Parse(raw) is JsonObject settings)
                return $"{Method(settings)} ({field} in config.json)";
        }
        return checkpoint.IsFolder && ConfigFiles.FirstOrDefault(file => File.Exists(Path.Combine(checkpoint.Path, file))) is { } found
            ? $"quantised ({found} lies beside the weights)"
            : null;
    }

    private static string Method(JsonObject settings)
    {
        foreach (var name in (string[])["quant_method", "quant_algo", "format"])
        {
            if (settings[name] is JsonValue value && value.GetValueKind() == JsonValueKind.String)
                return value.GetValue<string>();
        }
        return "quantised";
    }

    private static string? Packed(Checkpoint checkpoint)
    {
        var modules = checkpoint.Tensors.Keys.ToLookup(ModuleOf, StringComparer.Ordinal);
        foreach (var tensor in checkpoint.Tensors.Values.Where(t => IsInteger(t.Info.DType)).OrderBy(t => t.Info.Name, StringComparer.Ordinal))
        {
            var name = tensor.Info.Name;
            // A matrix of integers that is called a weight is one, whatever lies beside it.
            if (tensor.Info.Shape.Count >= 2 && name.EndsWith("weight", StringComparison.Ordinal))
                return Evidence(tensor, null);
            if (modules[ModuleOf(name)].FirstOrDefault(other => other != name && IsCompanion(LastPart(other)) && IsScale(checkpoint.Tensors[other].Info.DType)) is { } companion)
                return Evidence(tensor, companion);
        }
        return null;

        static string Evidence(CheckpointTensor tensor, string? companion) =>
            $"packed ('{tensor.Info.Name}' is {tensor.Info.DType.Name()}{(companion is null ? "" : $" with '{companion}'")})";
    }

    private static bool IsCompanion(string part) => Companions.Any(word => part.Contains(word, StringComparison.OrdinalIgnoreCase));

    private static bool IsScale(DType dtype) => dtype.IsMergeable() || dtype is DType.F8E8M0 or DType.F8E4M3 or DType.U8;

    private static bool IsInteger(DType dtype) =>
        dtype is DType.I8 or DType.U8 or DType.I16 or DType.U16 or DType.I32 or DType.U32 or DType.I64 or DType.U64 or DType.F4;

    /// <summary>The name without its last part. bitsandbytes hangs its tables below the weight itself: <c>q_proj.weight.absmax</c>.</summary>
    private static string ModuleOf(string name)
    {
        var module = name[..Math.Max(0, name.LastIndexOf('.'))];
        return module.EndsWith(".weight", StringComparison.Ordinal) ? module[..^".weight".Length] : module;
    }

    private static string LastPart(string name) => name[(name.LastIndexOf('.') + 1)..];
}
