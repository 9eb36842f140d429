namespace TaskArithmetic.Torch.Libtorch;

/// <summary>A libtorch on this machine.</summary>
/// <param name="Package">What build it is.</param>
/// <param name="Folder">Where its libraries lie.</param>
/// <param name="Origin">How it came there.</param>
internal sealed record LibtorchLocation(LibtorchPackage Package, string Folder, LibtorchOrigin Origin);

/// <summary>How libtorch came to be on this machine.</summary>
public enum LibtorchOrigin
{
    /// <summary>The environment variable TASKARITHMETIC_LIBTORCH names its folder.</summary>
    Environment,

    /// <summary>A NuGet package that lay in the global packages folder, such as the SDK's PackageDownload puts there.</summary>
    PackagesFolder,

    /// <summary>A NuGet package fetched just now.</summary>
    Downloaded,
}

/// <summary>What was loaded, for <c>doctor</c> and for provenance.</summary>
/// <param name="Version">libtorch's version.</param>
/// <param name="Folder">Where its libraries lie.</param>
/// <param name="Origin">How it came there.</param>
/// <param name="Shim">The file of TorchSharp's native library that was loaded.</param>
/// <param name="ShimWeakened">
/// Whether that file is our copy whose need of GLIBCXX_3.4.32 is weak, because the system's C++ library is older.
/// </param>
/// <param name="Device">The device chosen.</param>
/// <param name="Threads">Threads that compute on the processor.</param>
/// <param name="CudaDevices">CUDA devices that libtorch sees.</param>
public sealed record LibtorchReport(
    string Version, string Folder, LibtorchOrigin Origin, string Shim, bool ShimWeakened, ComputeDevice Device, int Threads, int CudaDevices);

/// <summary>Kinds of devices that compute.</summary>
public enum ComputeDeviceKind
{
    /// <summary>An NVIDIA device if driver and libtorch's CUDA build are on the machine, else the processor.</summary>
    Auto,

    /// <summary>The processor.</summary>
    Cpu,

    /// <summary>An NVIDIA device.</summary>
    Cuda,
}
