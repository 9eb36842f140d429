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
/// source mapping of the user's nuget.config: what <c>dotnet restore</c> would do.
/// </summary>
internal sealed class LibtorchDownloader(ISettings settings, LibtorchLocator locator, IProgress<string>? progress)
{
    /// <summary>Fetches a package and those it depends on, as far as they are not there.</summary>
    /// <exception cref="DiagnosticException">TA0103 no source has a package, or none could be reached.</exception>
    public async Task FetchAsync(LibtorchPackage package, CancellationToken cancellationToken)
    {
        using var cache = new SourceCacheContext();
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
        var repository = Repository.Factory.GetCoreV3(source);
        var finder = await repository.GetResourceAsync<FindPackageByIdResource>(cancellationToken);
        var resource = await repository.GetResourceAsync<DownloadResource>(cancellationToken);
        if (finder is null || resource is null || !await finder.DoesPackageExistAsync(identity.Id, identity.Version, cache, NullLogger.Instance, cancellationToken))
            return false;

        progress?.Report($"Fetching {identity.Id} {identity.Version.ToNormalizedString()} from {source.Name} into {locator.PackagesFolder}");
        var context = new PackageDownloadContext(cache) { ClientPolicyContext = ClientPolicyContext.GetClientPolicy(settings, NullLogger.Instance) };
        using var result = await resource.GetDownloadResourceResultAsync(identity, context, locator.PackagesFolder, NullLogger.Instance, cancellationToken);
        if (result.Status != DownloadResourceResultStatus.Available)
            return false;
        // A feed that is a folder hands out its own file and extracts nothing.
        if (result.PackageStream is { } package && locator.InstalledFolder(identity) is null)
        {
            using var extracted = await GlobalPackagesFolderUtility.AddPackageAsync(
                source.Source, identity, package, locator.PackagesFolder, Guid.Empty, context.ClientPolicyContext, NullLogger.Instance, cancellationToken);
        }
        progress?.Report($"Fetched {identity.Id} {identity.Version.ToNormalizedString()}");
        return true;
    }
}
