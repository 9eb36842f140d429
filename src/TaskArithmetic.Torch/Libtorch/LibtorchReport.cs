namespace TaskArithmetic.Torch.Libtorch;

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
