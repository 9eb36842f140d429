using System.Security.Cryptography;
using TaskArithmetic.Diagnostics;
using TaskArithmetic.Evaluation.Benchmarks;
using TaskArithmetic.Files;

namespace TaskArithmetic.Evaluation.Data;

/// <summary>
/// Gives the local path of each public data file: from the user's data folder, else from the cache, else fetched
/// once from its origin. What is fetched must have the pinned SHA-256 before it becomes visible in the cache.
/// </summary>
/// <param name="dataFolder">The user's own data (<c>--data DIR</c>), laid out as <c>gsm8k/test.jsonl</c>, <c>bbh/bbh/*.json</c> and so on; null if there is none.</param>
/// <param name="cacheFolder">Where fetched files are kept.</param>
/// <param name="http">Fetches files; null forbids it.</param>
/// <param name="progress">Hears how far a fetch is.</param>
public sealed class DatasetStore(string? dataFolder, string cacheFolder, HttpClient? http = null, IProgress<DataProgress>? progress = null)
{
    private const int BufferSize = 1 << 16;

    private readonly SemaphoreSlim one = new(1);
    private readonly HashSet<string> departures = new(StringComparer.Ordinal);

    /// <summary>Files of the data folder whose content is not the pinned one, so that scores may not compare with published ones.</summary>
    public IReadOnlyList<string> Departures => [.. departures.Order(StringComparer.Ordinal)];

    /// <summary>The local path of a pinned file.</summary>
    /// <param name="path">Its path below a data folder, such as <c>gsm8k/test.jsonl</c>.</param>
    /// <param name="cancellationToken">Stops a fetch; nothing half-fetched stays.</param>
    /// <exception cref="DiagnosticException">It is absent and cannot be fetched, or what came is not the pinned file.</exception>
    internal async Task<string> LocateAsync(string path, CancellationToken cancellationToken)
    {
        var file = PinnedFiles.Find(path);
        await one.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            if (dataFolder is not null)
            {
                if (Missing(path) is { } missing)
                    throw new DiagnosticException(missing);
                var own = Path.Combine(dataFolder, path);
                if (await DigestAsync(own, cancellationToken).ConfigureAwait(false) != file.Sha256)
                    departures.Add(own);
                return own;
            }
            var cached = Path.Combine(cacheFolder, path);
            if (File.Exists(cached))
            {
                if (await DigestAsync(cached, cancellationToken).ConfigureAwait(false) == file.Sha256)
                    return cached;
                File.Delete(cached);
            }
            return await FetchAsync(file, cached, cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            one.Release();
        }
    }

    /// <summary>
    /// Why the user's data folder cannot serve a file, or null if it can or there is none. A folder that lacks a file is not filled up from
    /// elsewhere: a misspelt name would silently give other data than the user's own.
    /// </summary>
    internal Diagnostic? Missing(string path)
    {
        if (dataFolder is null || File.Exists(Path.Combine(dataFolder, path)))
            return null;
        return MissingFolder() ?? BenchmarkDiagnostics.DataFolderLacks(dataFolder, path, Nearest(dataFolder, path));
    }

    /// <summary>That the user's data folder is not there, whether a benchmark needs it or not; null if it is, or none was named.</summary>
    internal Diagnostic? MissingFolder()
    {
        if (dataFolder is not null && !Directory.Exists(dataFolder))
        {
            var parent = Path.GetDirectoryName(Path.TrimEndingDirectorySeparator(Path.GetFullPath(dataFolder)));
            var nearest = Directory.Exists(parent) ? NearestName.Find(Path.GetFileName(Path.TrimEndingDirectorySeparator(dataFolder)), Directory.EnumerateDirectories(parent).Take(1000).Select(f => Path.GetFileName(f))) : null;
            return BenchmarkDiagnostics.DataFolderMissing(dataFolder, nearest);
        }
        return null;
    }

    /// <summary>The folder or file in a data folder whose name was probably meant.</summary>
    private static string? Nearest(string folder, string path)
    {
        var found = "";
        foreach (var part in path.Split('/'))
        {
            var here = Path.Combine(folder, found);
            var next = File.Exists(Path.Combine(here, part)) || Directory.Exists(Path.Combine(here, part))
                ? part
                : NearestName.Find(part, Directory.EnumerateFileSystemEntries(here).Take(1000).Select(f => Path.GetFileName(f)));
            if (next is null)
                return null;
            found = found.Length == 0 ? next : $"{found}/{next}";
            if (next != part)
                return found;
        }
        return null;
    }

    private async Task<string> FetchAsync(PinnedFile file, string target, CancellationToken cancellationToken)
    {
        if (file.Origin is null)
            throw new DiagnosticException(BenchmarkDiagnostics.DataNotFetchable(file.Path));
        if (http is null)
            throw new DiagnosticException(BenchmarkDiagnostics.DataOffline(file.Path));
        Directory.CreateDirectory(Path.GetDirectoryName(target)!);
        var partial = $"{target}.{Guid.NewGuid():N}.part";
        try
        {
            await DownloadAsync(file, partial, cancellationToken).ConfigureAwait(false);
            var digest = await DigestAsync(partial, cancellationToken).ConfigureAwait(false);
            if (digest != file.Sha256)
                throw new DiagnosticException(BenchmarkDiagnostics.DataDigest(file.Path, file.Origin, file.Sha256, digest));
            File.Move(partial, target, overwrite: true);
            return target;
        }
        catch (HttpRequestException e)
        {
            throw new DiagnosticException(BenchmarkDiagnostics.DataFetch(file.Path, file.Origin, e.Message), e);
        }
        finally
        {
            File.Delete(partial);
        }
    }

    private async Task DownloadAsync(PinnedFile file, string partial, CancellationToken cancellationToken)
    {
        using var response = await http!.GetAsync(file.Origin, HttpCompletionOption.ResponseHeadersRead, cancellationToken).ConfigureAwait(false);
        response.EnsureSuccessStatusCode();
        var source = await response.Content.ReadAsStreamAsync(cancellationToken).ConfigureAwait(false);
        await using var closing = source.ConfigureAwait(false);
        var output = new FileStream(partial, FileMode.CreateNew, FileAccess.Write, FileShare.None, BufferSize, useAsync: true);
        await using var closingOutput = output.ConfigureAwait(false);
        var buffer = new byte[BufferSize];
        long total = 0;
        int read;
        while ((read = await source.ReadAsync(buffer, cancellationToken).ConfigureAwait(false)) > 0)
        {
            await output.WriteAsync(buffer.AsMemory(0, read), cancellationToken).ConfigureAwait(false);
            total += read;
            progress?.Report(new DataProgress(file.Path, total, response.Content.Headers.ContentLength));
        }
    }

    private static async Task<string> DigestAsync(string path, CancellationToken cancellationToken)
    {
        try
        {
            using var stream = new FileStream(RegularFile.Open(path), FileAccess.Read);
            return Convert.ToHexStringLower(await SHA256.HashDataAsync(stream, cancellationToken).ConfigureAwait(false));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new DiagnosticException(BenchmarkDiagnostics.DataMalformed(path, e.Message), e);
        }
    }
}
