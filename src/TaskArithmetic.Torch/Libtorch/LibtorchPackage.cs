using TaskArithmetic.Diagnostics;
using TaskArithmetic.Sources.NativePackages;

namespace TaskArithmetic.Torch.Libtorch;

/// <summary>A build of libtorch as NuGet packages carry it.</summary>
/// <param name="Native">The package; a CUDA build's package depends on parts that hold the files.</param>
/// <param name="HasCuda">Whether it runs on NVIDIA devices.</param>
internal sealed record LibtorchPackage(NativePackage Native, bool HasCuda)
{
    /// <summary>The libtorch that TorchSharp 0.107.0 was built against.</summary>
    public const string LibtorchVersion = "2.10.0";

    /// <summary>The CUDA release of that libtorch.</summary>
    public const string CudaVersion = "12.8";

    /// <summary>Environment variable that names a folder with libtorch's libraries; wins over packages.</summary>
    public const string FolderVariable = "TASKARITHMETIC_LIBTORCH";

    /// <summary>The build for processors only.</summary>
    public static LibtorchPackage Cpu(LibtorchPlatform platform) => new(Package(platform, $"libtorch-cpu-{platform.RuntimeIdentifier}"), HasCuda: false);

    /// <summary>The build for NVIDIA devices.</summary>
    /// <exception cref="DiagnosticException">TA0108 the platform has no CUDA.</exception>
    public static LibtorchPackage Cuda(LibtorchPlatform platform) => platform.CudaDriver is null
        ? throw new DiagnosticException(LibtorchDiagnostics.NoCudaDriver($"no driver exists for {platform.RuntimeIdentifier}"))
        : new(Package(platform, $"libtorch-cuda-{CudaVersion}-{platform.RuntimeIdentifier}"), HasCuda: true);

    /// <summary>Its libraries in the order they must be loaded: each needs those before it.</summary>
    public IReadOnlyList<string> Libraries => HasCuda
        ? ["c10", "torch_cpu", "c10_cuda", "torch_cuda", "torch"]
        : ["c10", "torch_cpu", "torch"];

    private static NativePackage Package(LibtorchPlatform platform, string id) => new(
        "libtorch", id, LibtorchVersion, $"runtimes/{platform.RuntimeIdentifier}/native", FolderVariable, platform.FileName("torch_cpu"), LibtorchPins.Released.GetValueOrDefault(id))
    {
        UnpinnedVariable = "TASKARITHMETIC_UNPINNED_LIBTORCH",
        PartPrefix = "libtorch-",
    };
}
