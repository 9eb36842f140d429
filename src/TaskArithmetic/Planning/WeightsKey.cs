using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using TaskArithmetic.Methods;
using TaskArithmetic.Safetensors;

namespace TaskArithmetic.Planning;

/// <summary>
/// The content key of merged weights: SHA-256 over everything that decides a bit of the output files or what is measured on the way, and nothing else, so
/// that renamed folders, moved checkouts and other machines hit the same cache entry.
/// </summary>
internal static class WeightsKey
{
    /// <summary>Raised whenever the arithmetic or the layout changes the bytes of an output.</summary>
    private const string KernelVersion = "merge/2";

    /// <param name="plan">What will be written.</param>
    /// <param name="allowNonFinite">Whether NaN and infinities pass: weights made so must not serve a recipe that forbids them.</param>
    /// <param name="identityOf">What an input file is: its SHA-256 for the key of an entry.</param>
    /// <param name="form">What else decides the output; empty for a merged model.</param>
    public static string Of(MergePlan plan, bool allowNonFinite, Func<SafetensorsFile, string> identityOf, string form = "")
    {
        var text = new StringBuilder(KernelVersion).Append('\n').Append(form);
        if (allowNonFinite)
            text.Append("non-finite allowed\n");
        foreach (var shard in plan.Shards)
        {
            text.Append(CultureInfo.InvariantCulture, $"file {shard.FileName}\n");
            foreach (var tensor in plan.TensorsOf(shard))
                Append(text, tensor, identityOf);
        }
        return Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text.ToString())));
    }

    private static void Append(StringBuilder text, PlannedTensor tensor, Func<SafetensorsFile, string> identityOf)
    {
        var name = System.Text.Json.JsonSerializer.Serialize(tensor.Name);
        text.Append(CultureInfo.InvariantCulture, $"tensor {name} {tensor.OutputDType.Name()} {TensorInfo.FormatShape(tensor.Shape)} = {tensor.Target.Identity(identityOf)}\n");
        if (tensor.Merge is not { } merge)
            return;
        var context = merge.Context;
        text.Append(CultureInfo.InvariantCulture, $"{Name(merge.Method)} {context.Precision} {context.WorkingDType} {(merge.Method.Schema.IsRandom ? context.Seed : 0)} {context.HasBase}\n");
        if (merge.KeptRows is { } kept)
            text.Append(CultureInfo.InvariantCulture, $"keeps rows {string.Concat(kept.Cast<bool>().Select(k => k ? '1' : '0'))}\n");
        foreach (var (input, parameter, value) in context.Arguments.All)
            text.Append(CultureInfo.InvariantCulture, $"{input} {parameter} {(value is double number ? number.ToString("R", CultureInfo.InvariantCulture) : value)}\n");
        foreach (var input in tensor.Inputs)
            text.Append(CultureInfo.InvariantCulture, $"{input.Index} {input.From.Identity(identityOf)} {input.Minus?.Identity(identityOf)}\n");
    }

    /// <summary>A method from elsewhere is another one whenever its assembly is.</summary>
    private static string Name(IMergeMethod method) => method.GetType().Assembly == typeof(IMergeMethod).Assembly
        ? method.Schema.Name
        : $"{method.Schema.Name} of {method.GetType().Module.ModuleVersionId}";
}
