using NuGet.Configuration;
using NuGet.Packaging;
using NuGet.Packaging.Core;
using NuGet.Versioning;
using TaskArithmetic.Diagnostics;

namespace TaskArithmetic.Torch.Libtorch;

/// <summary>Finds libtorch on this machine: where the environment says, else in NuGet's packages folders.</summary>
/// <param name="platform">What the libraries must run on.</param>
/// <param name="settings">The user's nuget.config.</param>
/// <param name="packagesFolder">The global packages folder; null takes NuGet's own, which NUGET_PACKAGES overrides.</param>
internal sealed class LibtorchLocator(LibtorchPlatform platform, ISettings settings, string? packagesFolder = null)
{
    /// <summary>Names a folder that holds libtorch's libraries; wins over packages.</summary>
    public const string EnvironmentVariable = "TASKARITHMETIC_LIBTORCH";

    /// <summary>NuGet's global packages folder, into which packages are fetched.</summary>
    public string PackagesFolder { get; } = packagesFolder ?? SettingsUtility.GetGlobalPackagesFolder(settings);

    /// <summary>A build that is whole on this machine, or null.</summary>
    /// <exception cref="DiagnosticException">TA0104 the environment names a folder without libtorch; TA0111 a CUDA package is damaged.</exception>
    public LibtorchLocation? Find(LibtorchPackage package)
    {
        if (Environment.GetEnvironmentVariable(EnvironmentVariable) is { Length: > 0 } folder)
            return FromEnvironment(folder, package);
        return FromPackages(package, LibtorchOrigin.PackagesFolder);
    }

    /// <summary>A build whose packages, dependencies included, all lie in a packages folder; or null.</summary>
    public LibtorchLocation? FromPackages(LibtorchPackage package, LibtorchOrigin origin)
    {
        var folders = new List<string>();
        var open = new Queue<PackageIdentity>([Identity(package)]);
        var known = new HashSet<PackageIdentity>();
        while (open.TryDequeue(out var identity))
        {
            if (!known.Add(identity))
                continue;
            if (InstalledFolder(identity) is not { } folder)
                return null;
            folders.Add(folder);
            foreach (var dependency in Dependencies(folder))
                open.Enqueue(dependency);
        }
        return package.HasCuda
            ? new(package, CudaPackageAssembly.Assemble(platform, package, folders), origin)
            : new(package, Path.Combine(folders[0], "runtimes", platform.RuntimeIdentifier, "native"), origin);
    }

    /// <summary>The package's name and version as NuGet knows them.</summary>
    public static PackageIdentity Identity(LibtorchPackage package) => new(package.Id, NuGetVersion.Parse(package.Version));

    /// <summary>Where a package is extracted, or null. Its metadata file is written last, so that its presence means the rest is there.</summary>
    public string? InstalledFolder(PackageIdentity identity) =>
        ((string[])[PackagesFolder, .. SettingsUtility.GetFallbackPackageFolders(settings)])
            .Select(root => new VersionFolderPathResolver(root).GetInstallPath(identity.Id, identity.Version))
            .FirstOrDefault(folder => File.Exists(Path.Combine(folder, PackagingCoreConstants.NupkgMetadataFileExtension)));

    /// <summary>The exact packages that an extracted package depends on.</summary>
    public static IEnumerable<PackageIdentity> Dependencies(string folder)
    {
        using var reader = new PackageFolderReader(folder);
        return [.. reader.GetPackageDependencies()
            .SelectMany(group => group.Packages)
            .Where(dependency => dependency.Id.StartsWith("libtorch-", StringComparison.OrdinalIgnoreCase) && dependency.VersionRange.MinVersion is not null)
            .Select(dependency => new PackageIdentity(dependency.Id, dependency.VersionRange.MinVersion))
            .Distinct()];
    }

    private LibtorchLocation? FromEnvironment(string folder, LibtorchPackage package)
    {
        var core = platform.FileName("torch_cpu");
        var found = ((string[])[folder, Path.Combine(folder, "lib")]).FirstOrDefault(candidate => File.Exists(Path.Combine(candidate, core)))
            ?? throw new DiagnosticException(LibtorchDiagnostics.FolderWithoutLibtorch(folder, core));
        var hasCuda = File.Exists(Path.Combine(found, platform.FileName("torch_cuda")));
        // A CUDA build computes on the processor as well; a processor build is no CUDA build.
        return package.HasCuda && !hasCuda ? null : new(package with { HasCuda = hasCuda }, Path.GetFullPath(found), LibtorchOrigin.Environment);
    }
}
