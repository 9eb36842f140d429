using System.Text.Json;
using TaskArithmetic.Caching;
using TaskArithmetic.Checkpoints;
using TaskArithmetic.Diagnostics;
using TaskArithmetic.Outputs;
using TaskArithmetic.Streaming;

namespace TaskArithmetic.Extraction;

/// <summary>Makes a vector, or takes it from the cache, and puts it where it is asked for.</summary>
internal sealed class VectorRun(
    VectorFile file, VectorWriter writer, InputDigests inputs, string key, ExtractOptions options, IReadOnlyList<Diagnostic> findings, CancellationToken cancellationToken)
{
    private readonly ContentCache cache = new(options.CacheDirectory);
    private readonly List<Diagnostic> warnings = [.. findings];

    public ExtractReport Execute() =>
        (options.UseCache ? cache.TryUse(new CacheRequest(key, () => key, Make, Accepts), Place, warnings.Add, cancellationToken) : null) ?? Direct();

    /// <summary>The digests speak of the bytes that were hashed, so they must be the bytes that were combined.</summary>
    private CacheEntry Make(string folder)
    {
        var made = writer.Write(folder) with { Key = key };
        inputs.RequireUnchanged();
        return made;
    }

    private ExtractReport Place(CachedEntry cached)
    {
        var files = file.Write(folder =>
        {
            cached.PlaceIn(folder);
            return cached.Entry.Files;
        }, cancellationToken);
        options.Log?.Invoke(cached.Hit ? $"cache hit {key[..12]} in {cache.Root}" : $"cache miss {key[..12]}, stored in {cache.Root}");
        return new ExtractReport(warnings, VectorMetadata.Deserialize(cached.Entry.Details.GetString()!)!, cached.Hit, files);
    }

    private ExtractReport Direct()
    {
        var made = file.Write(folder => Make(folder).Files, cancellationToken);
        if (cache.Forgetfulness is { } forgetful && !warnings.Exists(w => w.Code == forgetful.Code))
            warnings.Add(forgetful);
        return new ExtractReport(warnings, writer.Metadata!, false, made);
    }

    private static bool Accepts(CacheEntry entry) =>
        entry is { Kind: CacheEntry.Vector, Details.ValueKind: JsonValueKind.String } && VectorMetadata.Deserialize(entry.Details.GetString()!) is not null;
}
