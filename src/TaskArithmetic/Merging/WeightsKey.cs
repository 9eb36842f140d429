using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using TaskArithmetic.Safetensors;

namespace TaskArithmetic.Merging;

/// <summary>
/// The content key of merged weights: SHA-256 over everything that decides a bit of the output files or what is measured on the way, and nothing else, so
/// that renamed folders, moved checkouts and other machines hit the same cache entry.
/// </summary>
internal static class WeightsKey
{
    /// <summary>Raised whenever the arithmetic or the layout changes the bytes of an output.</summary>
    private const string KernelVersion = "merge/1";

    /// <param name="plan">What will be written.</param>
    /// <param name="allowNonFinite">Whether NaN and infinities pass: weights made so must not serve a recipe that forbids them.</param>
    /// <param name="identityOf">What an input file is: its SHA-256 for the key of an entry.</param>
    public static string Of(MergePlan plan, bool allowNonFinite, Func<SafetensorsFile, string> identityOf)
    {
        var text = new StringBuilder(KernelVersion).Append('\n');
        if (allowNonFinite)
            text.Append("non-finite allowed\n");
        foreach (var shard in plan.Shards)
        {
            text.Append(CultureInfo.InvariantCulture, $"file {shard.FileName}\n");
            foreach (var info in shard.Layout.Header.Tensors)
                Append(text, info, plan.Tensors[info.Name], identityOf);
        }
        return Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text.ToString())));
    }

    private static void Append(StringBuilder text, TensorInfo info, PlannedTensor tensor, Func<SafetensorsFile, string> identityOf)
    {
        var c = tensor.Coefficients;
        text.Append(CultureInfo.InvariantCulture, $"tensor {Quote(info.Name)} {info.DType.Name()} {info.ShapeText} = {Place(tensor.Target)}\n");
        if (tensor.IsCopy)
            return;
        text.Append(CultureInfo.InvariantCulture, $"{c.Method} {c.Precision} {c.WorkingDType} {c.Divisor:R} {c.Lambda:R}\n");
        foreach (var term in tensor.Terms)
            text.Append(CultureInfo.InvariantCulture, $"{term.Index} {term.Alpha:R} {Place(term.From)} {(term.Minus is null ? "" : Place(term.Minus))}\n");

        string Place(Checkpoints.CheckpointTensor t) => $"{identityOf(t.File)} {Quote(t.Info.Name)}";
    }

    private static string Quote(string name) => System.Text.Json.JsonSerializer.Serialize(name);
}
