using TaskArithmetic.Sources.NativePackages;

namespace TaskArithmetic.Torch.Libtorch;

/// <summary>A libtorch on this machine.</summary>
/// <param name="Package">What build it is.</param>
/// <param name="Native">Where its libraries lie, and how they came there.</param>
internal sealed record LibtorchLocation(LibtorchPackage Package, NativeLocation Native)
{
    /// <summary>Where its libraries lie.</summary>
    public string Folder => Native.Folder;
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
    string Version, string Folder, NativeOrigin Origin, string Shim, bool ShimWeakened, ComputeDevice Device, int Threads, int CudaDevices);

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
