using TaskArithmetic.Diagnostics;
using TaskArithmetic.Safetensors;

namespace TaskArithmetic.Streaming;

/// <summary>The coded findings of reading and rounding values.</summary>
internal static class StreamDiagnostics
{
    public static Diagnostic NonFiniteInput(string path, string tensor, long index, float value) => Diagnostic.Error(
        "TA2018", FormattableString.Invariant($"{path}: tensor '{tensor}' holds {value} at element {index}. Use an undamaged checkpoint, or pass --allow-non-finite (AllowNonFinite) to let it through.")).At(file: path, tensor: tensor);

    public static Diagnostic NonFiniteOutput(string tensor, long index, DType dtype) => Diagnostic.Error(
        "TA3001", $"tensor '{tensor}' would hold a value that is not finite in {dtype.Name()} at element {index}. Lower alpha, write a wider dtype, or pass --allow-non-finite (AllowNonFinite).").At(tensor: tensor);
}
