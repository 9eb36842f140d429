using System.Security.Cryptography;
using NuGet.Common;
using NuGet.Configuration;
using NuGet.Packaging.Core;
using NuGet.Packaging.Signing;
using NuGet.Protocol;
using NuGet.Protocol.Core.Types;
using TaskArithmetic.Diagnostics;

namespace TaskArithmetic.Sources.NativePackages;

/// <summary>
/// Fetches packages into NuGet's global packages folder, from the sources, with the credentials and by the source mapping of
/// the user's nuget.config: what <c>dotnet restore</c> would do. Unlike it, a package is compared with its pinned digest
/// before anything of it is extracted.
/// </summary>
internal sealed class PackageDownload(ISettings settings, string packagesFolder, IProgress<string>? progress)
{
    /// <summary>Fetches one package.</summary>
    /// <param name="package">What it is, or what it is a part of.</param>
    /// <param name="identity">Its own name and version.</param>
    /// <param name="cancellationToken">Ends the download.</param>
    /// <exception cref="DiagnosticException">
    /// TA0103 no source has it, or none could be reached; TA0113 a source has another package of that name; TA0114 it has no pin.
    /// </exception>
    public async Task FetchAsync(NativePackage package, PackageIdentity identity, CancellationToken cancellationToken)
    {
        var pin = package.Require(identity);
        // Not through NuGet's cache of requests: half a gigabyte would lie there a second time.
        using var cache = new SourceCacheContext { DirectDownload = true };
        var failures = new List<string>();
        foreach (var source in Sources(identity.Id))
        {
            try
            {
                if (await TryFetchAsync(package, identity, pin, source, cache, cancellationToken))
                    return;
                failures.Add($"{source.Name} does not have it");
            }
            catch (Exception exception) when (exception is FatalProtocolException or HttpRequestException or IOException or TimeoutException)
            {
                failures.Add($"{source.Name}: {exception.Message}");
            }
        }
        var reasons = failures.Count > 0 ? string.Join("; ", failures) : "nuget.config maps it to no enabled package source";
        throw new DiagnosticException(NativePackageDiagnostics.DownloadFailed(package, identity, reasons));
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

    private async Task<bool> TryFetchAsync(
        NativePackage package, PackageIdentity identity, NativePackagePin? pin, PackageSource source, SourceCacheContext cache, CancellationToken cancellationToken)
    {
        var repository = Repository.Factory.GetCoreV3(source);
        var finder = await repository.GetResourceAsync<FindPackageByIdResource>(cancellationToken);
        if (finder is null || !await finder.DoesPackageExistAsync(identity.Id, identity.Version, cache, NullLogger.Instance, cancellationToken))
            return false;

        progress?.Report($"Fetching {identity.Id} {identity.Version} from {source.Name} into {packagesFolder}");
        Directory.CreateDirectory(packagesFolder);
        await using var file = new FileStream(
            Path.Combine(packagesFolder, $".{identity.Id}.{Guid.NewGuid():N}"), FileMode.CreateNew, FileAccess.ReadWrite, FileShare.None, 1 << 16, FileOptions.DeleteOnClose);
        if (!await finder.CopyNupkgToStreamAsync(identity.Id, identity.Version, file, cache, NullLogger.Instance, cancellationToken))
            return false;
        if (pin is not null)
            await CheckAsync(package, pin, file, source, cancellationToken);
        file.Position = 0;
        using var extracted = await GlobalPackagesFolderUtility.AddPackageAsync(
            source.Source, identity, file, packagesFolder, Guid.Empty, ClientPolicyContext.GetClientPolicy(settings, NullLogger.Instance), NullLogger.Instance, cancellationToken);
        progress?.Report($"Fetched {identity.Id} {identity.Version}");
        return true;
    }

    private static async Task CheckAsync(NativePackage package, NativePackagePin pin, FileStream file, PackageSource source, CancellationToken cancellationToken)
    {
        file.Position = 0;
        var digest = Convert.ToBase64String(await SHA512.HashDataAsync(file, cancellationToken));
        if (digest != pin.PackageDigest)
            throw new DiagnosticException(NativePackageDiagnostics.OtherPackage(package, $"{source.Name} ({source.Source})", pin.PackageDigest, digest));
    }
}
