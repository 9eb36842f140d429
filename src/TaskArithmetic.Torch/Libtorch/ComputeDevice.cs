using System.Globalization;
using TaskArithmetic.Diagnostics;

namespace TaskArithmetic.Torch.Libtorch;

/// <summary>Where to compute, as options and project files spell it: <c>auto</c>, <c>cpu</c>, <c>cuda</c> or <c>cuda:1</c>.</summary>
/// <param name="Kind">The kind of device.</param>
/// <param name="Index">Number of the CUDA device; 0 for others.</param>
public readonly record struct ComputeDevice(ComputeDeviceKind Kind, int Index = 0)
{
    /// <summary>Reads a device's name; empty is <c>auto</c>.</summary>
    /// <exception cref="DiagnosticException">TA0107 it is no device.</exception>
    public static ComputeDevice Parse(string? text)
    {
        const string CudaPrefix = "cuda:";
        var name = text?.Trim().ToLowerInvariant() ?? "";
        if (name.StartsWith(CudaPrefix, StringComparison.Ordinal)
            && int.TryParse(name.AsSpan(CudaPrefix.Length), NumberStyles.None, CultureInfo.InvariantCulture, out var index))
            return new(ComputeDeviceKind.Cuda, index);
        return name switch
        {
            "" or "auto" => new(ComputeDeviceKind.Auto),
            "cpu" => new(ComputeDeviceKind.Cpu),
            "cuda" => new(ComputeDeviceKind.Cuda),
            _ => throw new DiagnosticException(LibtorchDiagnostics.InvalidDevice(text!)),
        };
    }

    /// <inheritdoc/>
    public override string ToString() => Kind switch
    {
        ComputeDeviceKind.Auto => "auto",
        ComputeDeviceKind.Cpu => "cpu",
        _ => string.Create(CultureInfo.InvariantCulture, $"cuda:{Index}"),
    };
}
