using System.Runtime.InteropServices;
using TaskArithmetic.Diagnostics;

namespace TaskArithmetic.Torch.Libtorch;

/// <summary>An operating system and processor that libtorch is built for, and how its files are named there.</summary>
/// <param name="RuntimeIdentifier">.NET's name, such as <c>linux-x64</c>.</param>
/// <param name="Prefix">What library file names begin with.</param>
/// <param name="Extension">What they end with.</param>
/// <param name="CudaDriver">File name of the NVIDIA driver's library; null where there is no CUDA.</param>
internal sealed record LibtorchPlatform(string RuntimeIdentifier, string Prefix, string Extension, string? CudaDriver)
{
    private static readonly LibtorchPlatform[] Supported =
    [
        new("linux-x64", "lib", ".so", "libcuda.so.1"),
        new("win-x64", "", ".dll", "nvcuda.dll"),
        new("win-arm64", "", ".dll", null),
        new("osx-arm64", "lib", ".dylib", null),
    ];

    /// <summary>The running platform.</summary>
    /// <exception cref="DiagnosticException">TA0101 libtorch is not built for it.</exception>
    public static LibtorchPlatform Current()
    {
        var system = OperatingSystem.IsWindows() ? "win" : OperatingSystem.IsMacOS() ? "osx" : OperatingSystem.IsLinux() ? "linux" : RuntimeInformation.OSDescription;
        // The portable identifier leaves out distributions but keeps musl, whose programs cannot load glibc libraries.
        var musl = RuntimeInformation.RuntimeIdentifier.Contains("musl", StringComparison.Ordinal) ? "-musl" : "";
        return For($"{system}{musl}-{RuntimeInformation.ProcessArchitecture.ToString().ToLowerInvariant()}");
    }

    /// <exception cref="DiagnosticException">TA0101 libtorch is not built for it.</exception>
    public static LibtorchPlatform For(string runtimeIdentifier) =>
        Supported.FirstOrDefault(platform => platform.RuntimeIdentifier == runtimeIdentifier)
        ?? throw new DiagnosticException(LibtorchDiagnostics.UnsupportedPlatform(runtimeIdentifier));

    /// <summary>The file name of a library.</summary>
    public string FileName(string library) => $"{Prefix}{library}{Extension}";
}
