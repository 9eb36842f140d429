using System.Collections.Concurrent;
using TaskArithmetic.Checkpoints;
using TaskArithmetic.Diagnostics;
using TaskArithmetic.Kernels;
using TaskArithmetic.Safetensors;

namespace TaskArithmetic.Streaming;

/// <summary>Collects where NaN and infinities stand, the first of each tensor, from all workers.</summary>
internal sealed class NonFiniteValues
{
    private readonly ConcurrentDictionary<(string Path, string Tensor), (long Index, float Value, DType? Output)> found = new();

    public bool Any => !found.IsEmpty;

    /// <summary>The findings, inputs first, in an order that does not depend on threads. An output that passes on an input's value is none of its own.</summary>
    public IReadOnlyList<Diagnostic> Findings =>
    [
        .. found.Where(f => f.Value.Output is null || !found.Any(i => i.Value.Output is null && i.Key.Tensor == f.Key.Tensor && i.Value.Index == f.Value.Index))
            .OrderBy(f => f.Value.Output is not null).ThenBy(f => f.Key.Path, StringComparer.Ordinal).ThenBy(f => f.Key.Tensor, StringComparer.Ordinal)
            .Select(f => f.Value.Output is { } dtype
                ? StreamDiagnostics.NonFiniteOutput(f.Key.Tensor, f.Value.Index, dtype)
                : StreamDiagnostics.NonFiniteInput(f.Key.Path, f.Key.Tensor, f.Value.Index, f.Value.Value)),
    ];

    /// <summary>Notes the first bad value of an input block whose sum of squares is not finite.</summary>
    public void CheckInput(double sumOfSquares, ReadOnlySpan<float> block, CheckpointTensor tensor, long first)
    {
        if (!double.IsFinite(sumOfSquares))
            Note((tensor.File.Path, tensor.Info.Name), block, first, null);
    }

    /// <summary>Notes the first bad value of an output block.</summary>
    public void CheckOutput(ReadOnlySpan<float> block, TensorInfo tensor, long first) =>
        Note(("", tensor.Name), block, first, tensor.DType);

    private void Note((string, string) key, ReadOnlySpan<float> block, long first, DType? output)
    {
        var index = Reducing.IndexOfNonFinite(block);
        if (index < 0)
            return;
        var value = (first + index, block[index], output);
        found.AddOrUpdate(key, value, (_, old) => old.Index <= value.Item1 ? old : value);
    }
}
