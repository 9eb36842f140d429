using TaskArithmetic.Diagnostics;
using TaskArithmetic.Sources.NativePackages;

namespace TaskArithmetic.Torch.Libtorch;

/// <summary>Which libtorch an evaluation would load, without loading or fetching it.</summary>
/// <param name="Package">The NuGet package of the build.</param>
/// <param name="Version">Its version.</param>
/// <param name="PackagesFolder">NuGet's packages folder, into which it would be fetched.</param>
/// <param name="Folder">Where its libraries lie on this machine; null if they do not.</param>
internal sealed record LibtorchSearch(string Package, string Version, string PackagesFolder, string? Folder)
{
    /// <summary>Looks for the build that the options ask for; <c>auto</c> means the one for processors.</summary>
    /// <param name="options">Which device, and where nuget.config is searched.</param>
    /// <exception cref="DiagnosticException">
    /// TA0101 libtorch has no build for this platform; TA0104 the environment names a folder without libtorch; TA0108 the platform has no CUDA.
    /// </exception>
    public static LibtorchSearch Run(LibtorchOptions options)
    {
        var platform = LibtorchPlatform.Current();
        var packages = NativePackageClient.At(options.SettingsFolder);
        var package = options.Device.Kind == ComputeDeviceKind.Cuda ? LibtorchPackage.Cuda(platform) : LibtorchPackage.Cpu(platform);
        return new(package.Native.Id, package.Native.Version, packages.PackagesFolder, new LibtorchLocator(platform, packages).Find(package)?.Folder);
    }
}
