using System.Reflection;
using System.Runtime.InteropServices;
using TaskArithmetic.Diagnostics;
using TaskArithmetic.Sources.NativePackages;
using TorchSharp;

namespace TaskArithmetic.Torch.Libtorch;

/// <summary>
/// A loaded libtorch and the device to compute on. libtorch is not part of the package: it is found by the environment
/// variable TASKARITHMETIC_LIBTORCH, in NuGet's packages folder, or fetched there once.
/// </summary>
public sealed class LibtorchRuntime
{
    // Native libraries belong to the process: they are loaded once and stay.
    private static readonly SemaphoreSlim Loading = new(1, 1);
    private static LibtorchLocation? loaded;
    private static TorchSharpShim? shim;

    private LibtorchRuntime(LibtorchReport report) => Report = report;

    /// <summary>What was loaded.</summary>
    public LibtorchReport Report { get; }

    internal torch.Device TorchDevice =>
        Report.Device.Kind == ComputeDeviceKind.Cuda ? new torch.Device(DeviceType.CUDA, Report.Device.Index) : torch.CPU;

    /// <summary>Finds or fetches libtorch, loads it, and chooses the device. Later calls in a process reuse what is loaded.</summary>
    /// <param name="options">Which device, and whether to download.</param>
    /// <param name="progress">Hears what is fetched from where.</param>
    /// <param name="cancellationToken">Ends a download.</param>
    /// <exception cref="DiagnosticException">TA0101–TA0114: why libtorch cannot be had, and what to install.</exception>
    public static async Task<LibtorchRuntime> LoadAsync(
        LibtorchOptions options, IProgress<string>? progress = null, CancellationToken cancellationToken = default)
    {
        await Loading.WaitAsync(cancellationToken);
        try
        {
            var platform = LibtorchPlatform.Current();
            var location = await ResolveAsync(platform, options, progress, cancellationToken);
            LoadNative(platform, location);
            if (options.Threads is { } threads)
                torch.set_num_threads(threads);
            return new LibtorchRuntime(Describe(location, options.Device));
        }
        finally
        {
            Loading.Release();
        }
    }

    private static async Task<LibtorchLocation> ResolveAsync(
        LibtorchPlatform platform, LibtorchOptions options, IProgress<string>? progress, CancellationToken cancellationToken)
    {
        var kind = options.Device.Kind;
        if (loaded is not null && (loaded.Package.HasCuda || kind != ComputeDeviceKind.Cuda))
            return loaded;

        var packages = NativePackageClient.At(options.SettingsFolder);
        var locator = new LibtorchLocator(platform, packages);
        var hasDriver = platform.CudaDriver is { } driver && NativeLibrary.TryLoad(driver, out _);
        if (kind == ComputeDeviceKind.Cuda && !hasDriver)
            throw new DiagnosticException(LibtorchDiagnostics.NoCudaDriver(platform.CudaDriver ?? $"there is none for {platform.RuntimeIdentifier}"));
        // Several gigabytes are fetched only for who asked for CUDA by name.
        if (kind == ComputeDeviceKind.Auto && hasDriver && locator.Find(LibtorchPackage.Cuda(platform)) is { } cuda)
        {
            if (cuda.Native.Origin == NativeOrigin.Environment || cuda.Package.Native is { Pin: not null } or { AllowsUnpinned: true })
                return cuda;
            progress?.Report($"The processor computes: {NativePackageDiagnostics.NotPinned(cuda.Package.Native, cuda.Package.Native.Identity).Message}");
        }

        var package = kind == ComputeDeviceKind.Cuda ? LibtorchPackage.Cuda(platform) : LibtorchPackage.Cpu(platform);
        if (locator.Find(package) is { } found)
            return found;
        if (!options.AllowDownload)
        {
            throw new DiagnosticException(package.HasCuda
                ? LibtorchDiagnostics.CudaNotFound(package.Native.Id, package.Native.Version, packages.PackagesFolder)
                : NativePackageDiagnostics.NotFound(package.Native, packages.PackagesFolder));
        }
        await packages.FetchAsync(package.Native, progress, cancellationToken);
        return locator.FromPackages(package, NativeOrigin.Downloaded)!;
    }

    /// <summary>
    /// Loads libtorch and the shim by absolute path before TorchSharp looks for them: left to itself it would copy
    /// every library beside its own assembly and print about it.
    /// </summary>
    private static void LoadNative(LibtorchPlatform platform, LibtorchLocation location)
    {
        if (loaded is not null)
        {
            if (loaded != location)
                throw new DiagnosticException(LibtorchDiagnostics.AlreadyLoaded(loaded.Folder, location.Folder));
            return;
        }
        RefuseCutShort(platform, location);
        NativePackageTrust.Check(location.Package.Native, location.Native);
        OpenMPWaiting.Sleep();
        var torchSharp = typeof(torch).Assembly;
        var path = TorchSharpShim.Find(platform, Path.GetDirectoryName(torchSharp.Location) ?? AppContext.BaseDirectory);
        foreach (var library in location.Package.Libraries)
            LoadLibrary(Path.Combine(location.Folder, platform.FileName(library)));
        shim = TorchSharpShim.Load(path);
        NativeLibrary.SetDllImportResolver(torchSharp, ResolveShim);
        torch.InitializeDeviceType(DeviceType.CPU);
        loaded = location;
    }

    /// <summary>
    /// Looks at the libraries to load and at those beside them, which they load in turn. Links that lead nowhere and
    /// files of other kinds there are nobody's concern.
    /// </summary>
    private static void RefuseCutShort(LibtorchPlatform platform, LibtorchLocation location)
    {
        if (platform.Extension != ".so")
            return;
        var libraries = location.Package.Libraries.Select(library => Path.Combine(location.Folder, platform.FileName(library))).ToList();
        var beside = Directory.EnumerateFiles(location.Folder, "*.so*").Except(libraries).Where(ElfImage.IsElf);
        var problems = libraries.Concat(beside).Order(StringComparer.Ordinal)
            .Select(library => ElfImage.Problem(library) is { } problem ? LibtorchDiagnostics.Damaged(library, problem) : null)
            .OfType<Diagnostic>().ToList();
        if (problems.Count > 0)
            throw new DiagnosticException(problems);
    }

    private static nint ResolveShim(string name, Assembly assembly, DllImportSearchPath? searchPath) =>
        name == "LibTorchSharp" ? shim!.Handle : 0;

    private static void LoadLibrary(string path)
    {
        try
        {
            NativeLibrary.Load(path);
        }
        catch (Exception exception) when (exception is DllNotFoundException or BadImageFormatException)
        {
            throw new DiagnosticException(LibtorchDiagnostics.LoadFailed(path, exception.Message), exception);
        }
    }

    private static LibtorchReport Describe(LibtorchLocation location, ComputeDevice wanted)
    {
        var cudaDevices = location.Package.HasCuda && torch.cuda.is_available() ? torch.cuda.device_count() : 0;
        if (wanted.Kind == ComputeDeviceKind.Cuda && wanted.Index >= cudaDevices)
            throw new DiagnosticException(LibtorchDiagnostics.NoCudaDevice(wanted.ToString(), cudaDevices));
        var device = wanted.Kind switch
        {
            ComputeDeviceKind.Auto => new ComputeDevice(cudaDevices > 0 ? ComputeDeviceKind.Cuda : ComputeDeviceKind.Cpu),
            _ => wanted,
        };
        return new(torch.__version__, location.Folder, location.Native.Origin, shim!.Path, shim.Weakened, device, torch.get_num_threads(), cudaDevices);
    }
}
