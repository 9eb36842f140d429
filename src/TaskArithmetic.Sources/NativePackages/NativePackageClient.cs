using NuGet.Configuration;
using NuGet.Packaging;
using NuGet.Packaging.Core;
using TaskArithmetic.Diagnostics;

namespace TaskArithmetic.Sources.NativePackages;

/// <summary>Finds packages of native libraries in NuGet's packages folders, and fetches what is missing.</summary>
/// <param name="settings">The user's nuget.config.</param>
/// <param name="packagesFolder">The global packages folder; null takes NuGet's own, which NUGET_PACKAGES overrides.</param>
internal sealed class NativePackageClient(ISettings settings, string? packagesFolder = null)
{
    /// <summary>NuGet's global packages folder, into which packages are fetched.</summary>
    public string PackagesFolder { get; } = packagesFolder ?? SettingsUtility.GetGlobalPackagesFolder(settings);

    /// <summary>A client by the nuget.config of a folder and those above it, of the user and of the machine.</summary>
    /// <param name="settingsFolder">The folder; null is the current one.</param>
    public static NativePackageClient At(string? settingsFolder = null) =>
        new(Settings.LoadDefaultSettings(settingsFolder ?? Environment.CurrentDirectory));

    /// <summary>The native libraries of a package on this machine, not checked yet; null if they are not there.</summary>
    /// <exception cref="DiagnosticException">TA0104 the environment names a folder without them.</exception>
    public NativeLocation? Find(NativePackage package)
    {
        if (package.OwnFolder() is { } own)
            return new(own, NativeOrigin.Environment);
        return Extracted(package) is [var folder, ..] ? new(NativeFolder(package, folder), NativeOrigin.PackagesFolder) : null;
    }

    /// <summary>The native libraries of a package: found or fetched, and compared with the pin, so that they may be loaded.</summary>
    /// <param name="package">The package.</param>
    /// <param name="allowDownload">Whether to fetch it if it is not there.</param>
    /// <param name="progress">Hears what is fetched from where.</param>
    /// <param name="cancellationToken">Ends a download.</param>
    /// <exception cref="DiagnosticException">
    /// TA0102 it is not there and downloads are off; TA0103 it could not be fetched; TA0104 the environment names a folder without
    /// it; TA0113 it is not what was tested; TA0114 it has no pin.
    /// </exception>
    public async Task<NativeLocation> ObtainAsync(
        NativePackage package, bool allowDownload = true, IProgress<string>? progress = null, CancellationToken cancellationToken = default)
    {
        var location = Find(package);
        if (location is null)
        {
            if (!allowDownload)
                throw new DiagnosticException(NativePackageDiagnostics.NotFound(package, PackagesFolder));
            await FetchAsync(package, progress, cancellationToken);
            location = new(NativeFolder(package, Extracted(package)![0]), NativeOrigin.Downloaded);
        }
        NativePackageTrust.Check(package, location);
        return location;
    }

    /// <summary>The folders of a package, its own first, and of its parts; null if one is not on this machine.</summary>
    public IReadOnlyList<string>? Extracted(NativePackage package)
    {
        var folders = new List<string>();
        var identities = new List<PackageIdentity> { package.Identity };
        for (var i = 0; i < identities.Count; i++)
        {
            if (FolderOf(identities[i]) is not { } folder)
                return null;
            folders.Add(folder);
            identities.AddRange(Parts(package, folder).Except(identities).ToList());
        }
        return folders;
    }

    /// <summary>Fetches a package and its parts, as far as they are not there.</summary>
    /// <exception cref="DiagnosticException">
    /// TA0103 no source has a package, or none could be reached; TA0113 a source has another package of that name; TA0114 the package has no pin.
    /// </exception>
    public async Task FetchAsync(NativePackage package, IProgress<string>? progress, CancellationToken cancellationToken)
    {
        var download = new PackageDownload(settings, PackagesFolder, progress);
        var identities = new List<PackageIdentity> { package.Identity };
        for (var i = 0; i < identities.Count; i++)
        {
            if (FolderOf(identities[i]) is null)
                await download.FetchAsync(package, identities[i], cancellationToken);
            var folder = FolderOf(identities[i])
                ?? throw new DiagnosticException(NativePackageDiagnostics.DownloadFailed(package, identities[i], $"it was not extracted into {PackagesFolder}"));
            identities.AddRange(Parts(package, folder).Except(identities).ToList());
        }
    }

    private static string NativeFolder(NativePackage package, string folder) => Path.Combine([folder, .. package.NativeFolder.Split('/')]);

    /// <summary>Where a package is extracted, or null. Its metadata file is written last, so that its presence means the rest is there.</summary>
    private string? FolderOf(PackageIdentity identity) =>
        ((string[])[PackagesFolder, .. SettingsUtility.GetFallbackPackageFolders(settings)])
            .Select(root => new VersionFolderPathResolver(root).GetInstallPath(identity.Id, identity.Version))
            .FirstOrDefault(folder => File.Exists(Path.Combine(folder, PackagingCoreConstants.NupkgMetadataFileExtension)));

    private static IEnumerable<PackageIdentity> Parts(NativePackage package, string folder)
    {
        if (package.PartPrefix is not { } prefix)
            return [];
        using var reader = new PackageFolderReader(folder);
        return [.. reader.GetPackageDependencies()
            .SelectMany(group => group.Packages)
            .Where(dependency => dependency.Id.StartsWith(prefix, StringComparison.OrdinalIgnoreCase) && dependency.VersionRange.MinVersion is not null)
            .Select(dependency => new PackageIdentity(dependency.Id, dependency.VersionRange.MinVersion))
            .Distinct()];
    }
}
