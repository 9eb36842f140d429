using TaskArithmetic.Diagnostics;
using TaskArithmetic.Sources.NativePackages;

namespace TaskArithmetic.Torch.Libtorch;

/// <summary>Finds libtorch on this machine: where the environment says, else in NuGet's packages folders.</summary>
/// <param name="platform">What the libraries must run on.</param>
/// <param name="packages">The user's NuGet.</param>
internal sealed class LibtorchLocator(LibtorchPlatform platform, NativePackageClient packages)
{
    /// <summary>A build that is whole on this machine, or null.</summary>
    /// <exception cref="DiagnosticException">TA0104 the environment names a folder without libtorch; TA0111 a CUDA package is damaged.</exception>
    public LibtorchLocation? Find(LibtorchPackage package)
    {
        if (package.Native.OwnFolder() is { } folder)
        {
            var hasCuda = File.Exists(Path.Combine(folder, platform.FileName("torch_cuda")));
            // A CUDA build computes on the processor as well; a processor build is no CUDA build.
            return package.HasCuda && !hasCuda ? null : new(package with { HasCuda = hasCuda }, new(folder, NativeOrigin.Environment));
        }
        return FromPackages(package, NativeOrigin.PackagesFolder);
    }

    /// <summary>A build whose packages, parts included, all lie in a packages folder; or null.</summary>
    /// <exception cref="DiagnosticException">TA0111 a CUDA package is damaged.</exception>
    public LibtorchLocation? FromPackages(LibtorchPackage package, NativeOrigin origin)
    {
        if (packages.Extracted(package.Native) is not { } folders)
            return null;
        var folder = package.HasCuda
            ? CudaPackageAssembly.Assemble(platform, package.Native, folders)
            : Path.Combine(folders[0], "runtimes", platform.RuntimeIdentifier, "native");
        return new(package, new(folder, origin));
    }
}
