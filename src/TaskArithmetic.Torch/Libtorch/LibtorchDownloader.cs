using System.Security.Cryptography;
using NuGet.Common;
using NuGet.Configuration;
using NuGet.Packaging.Core;
using NuGet.Packaging.Signing;
using NuGet.Protocol;
using NuGet.Protocol.Core.Types;
using TaskArithmetic.Diagnostics;

namespace TaskArithmetic.Torch.Libtorch;

/// <summary>
/// Fetches libtorch's packages into NuGet's global packages folder, from the sources, with the credentials and by the
/// source mapping of the user's nuget.config: what <c>dotnet restore</c> would do. Unlike it, a package is compared with
/// its pinned digest before anything of it is extracted.
/// </summary>
internal sealed class LibtorchDownloader(ISettings settings, LibtorchLocator locator, LibtorchTrust trust, IProgress<string>? progress)
{
    /// <summary>Fetches a package and those it depends on, as far as they are not there.</summary>
    /// <exception cref="DiagnosticException">
    /// TA0103 no source has a package, or none could be reached; TA0113 a source has another package of that name; TA0114 the package has no pin.
    /// </exception>
    public async Task FetchAsync(LibtorchPackage package, CancellationToken cancellationToken)
    {
        // Not through NuGet's cache of requests: half a gigabyte would lie there a second time.
        using var cache = new SourceCacheContext { DirectDownload = true };
        var open = new Queue<PackageIdentity>([LibtorchLocator.Identity(package)]);
        var known = new HashSet<PackageIdentity>();
        while (open.TryDequeue(out var identity))
        {
            if (!known.Add(identity))
                continue;
            if (locator.InstalledFolder(identity) is null)
                await FetchAsync(identity, cache, cancellationToken);
            if (locator.InstalledFolder(identity) is { } folder)
            {
                foreach (var dependency in LibtorchLocator.Dependencies(folder))
                    open.Enqueue(dependency);
            }
        }
    }

    private async Task FetchAsync(PackageIdentity identity, SourceCacheContext cache, CancellationToken cancellationToken)
    {
        var failures = new List<string>();
        foreach (var source in Sources(identity.Id))
        {
            try
            {
                if (await TryFetchAsync(identity, source, cache, cancellationToken))
                    return;
                failures.Add($"{source.Name} does not have it");
            }
            catch (Exception exception) when (exception is FatalProtocolException or HttpRequestException or IOException or TimeoutException)
            {
                failures.Add($"{source.Name}: {exception.Message}");
            }
        }
        var reasons = failures.Count > 0 ? string.Join("; ", failures) : "nuget.config maps it to no enabled package source";
        throw new DiagnosticException(LibtorchDiagnostics.DownloadFailed(identity.Id, identity.Version.ToNormalizedString(), reasons));
    }

    /// <summary>The protocol library applies no source mapping itself.</summary>
    private IEnumerable<PackageSource> Sources(string packageId)
    {
        var enabled = new PackageSourceProvider(settings).LoadPackageSources().Where(source => source.IsEnabled);
        var mapping = PackageSourceMapping.GetPackageSourceMapping(settings);
        if (!mapping.IsEnabled)
            return enabled;
        var names = mapping.GetConfiguredPackageSources(packageId).ToHashSet(StringComparer.OrdinalIgnoreCase);
        return enabled.Where(source => names.Contains(source.Name));
    }

    private async Task<bool> TryFetchAsync(PackageIdentity identity, PackageSource source, SourceCacheContext cache, CancellationToken cancellationToken)
    {
        var version = identity.Version.ToNormalizedString();
        var pin = trust.Require(identity.Id, version);
        var repository = Repository.Factory.GetCoreV3(source);
        var finder = await repository.GetResourceAsync<FindPackageByIdResource>(cancellationToken);
        if (finder is null || !await finder.DoesPackageExistAsync(identity.Id, identity.Version, cache, NullLogger.Instance, cancellationToken))
            return false;

        progress?.Report($"Fetching {identity.Id} {version} from {source.Name} into {locator.PackagesFolder}");
        Directory.CreateDirectory(locator.PackagesFolder);
        await using var package = new FileStream(
            Path.Combine(locator.PackagesFolder, $".{identity.Id}.{Guid.NewGuid():N}"), FileMode.CreateNew, FileAccess.ReadWrite, FileShare.None, 1 << 16, FileOptions.DeleteOnClose);
        if (!await finder.CopyNupkgToStreamAsync(identity.Id, identity.Version, package, cache, NullLogger.Instance, cancellationToken))
            return false;
        await CheckAsync(package, pin, source, cancellationToken);
        package.Position = 0;
        using var extracted = await GlobalPackagesFolderUtility.AddPackageAsync(
            source.Source, identity, package, locator.PackagesFolder, Guid.Empty, ClientPolicyContext.GetClientPolicy(settings, NullLogger.Instance), NullLogger.Instance, cancellationToken);
        progress?.Report($"Fetched {identity.Id} {version}");
        return true;
    }

    private static async Task CheckAsync(FileStream package, LibtorchPin? pin, PackageSource source, CancellationToken cancellationToken)
    {
        if (pin is null)
            return;
        package.Position = 0;
        var digest = Convert.ToBase64String(await SHA512.HashDataAsync(package, cancellationToken));
        if (digest != pin.PackageDigest)
            throw new DiagnosticException(LibtorchDiagnostics.OtherPackage($"{pin.PackageId} {pin.Version}", $"{source.Name} ({source.Source})", pin.PackageDigest, digest));
    }
}
