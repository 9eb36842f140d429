using System.Buffers.Binary;
using TaskArithmetic.Sources.Hub;

namespace TaskArithmetic.Tool.Commands;

/// <summary>
/// A model of the hub without its weights: each safetensors file has its header and its length, and nothing behind the header. Whatever reads only headers
/// takes it for the model.
/// </summary>
internal sealed class HeaderFolder : IDisposable
{
    /// <summary>Most headers have less.</summary>
    private const int FirstBytes = 256 << 10;

    private const int LengthBytes = 8;

    /// <summary>A longer header is no header; the reader says so.</summary>
    private const ulong MostHeaderBytes = 100_000_000;

    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("taskarithmetic-headers-");

    private HeaderFolder(HubReference reference) => Reference = reference;

    /// <summary>The model, at the commit that was looked at.</summary>
    public HubReference Reference { get; private set; }

    /// <summary>What stands for the model.</summary>
    public string Path => System.IO.Path.Combine([folder.FullName, .. Reference.Path.Split('/', StringSplitOptions.RemoveEmptyEntries)]);

    /// <summary>Fetches the headers of the weights, and whatever else the model has into the cache.</summary>
    public static async Task<HeaderFolder> FetchAsync(HubReference reference, HubClient client, CancellationToken cancellationToken)
    {
        IReadOnlyList<HubTreeFile> weights = [], others = [];
        var snapshot = await client.FetchAllAsync(reference.Repository, reference.Revision, tree =>
        {
            var files = HubModelFiles.Of(reference, tree);
            weights = [.. files.Where(f => HubModelFiles.HoldsWeights(f) && client.Find(reference.Repository, reference.Revision, f.Path).Path is null)];
            return others = [.. files.Except(weights)];
        }, cancellationToken: cancellationToken);
        var headers = new HeaderFolder(reference.At(snapshot.Commit));
        try
        {
            foreach (var file in others)
                File.CreateSymbolicLink(headers.PlaceOf(file), System.IO.Path.GetFullPath(System.IO.Path.Combine(snapshot.Folder, file.Path)));
            await Parallel.ForEachAsync(weights, cancellationToken, async (file, token) => await headers.AddAsync(file, client, token));
            return headers;
        }
        catch
        {
            headers.Dispose();
            throw;
        }
    }

    /// <inheritdoc/>
    public void Dispose() => folder.Delete(recursive: true);

    private async Task AddAsync(HubTreeFile file, HubClient client, CancellationToken cancellationToken)
    {
        var start = await client.ReadStartAsync(Reference.Repository, Reference.Revision, file.Path, FirstBytes, cancellationToken);
        if (start.Length >= LengthBytes && BinaryPrimitives.ReadUInt64LittleEndian(start) is var length and <= MostHeaderBytes && length + LengthBytes > (ulong)start.Length)
            start = await client.ReadStartAsync(Reference.Repository, Reference.Revision, file.Path, (long)length + LengthBytes, cancellationToken);
        using var handle = File.OpenHandle(PlaceOf(file), FileMode.CreateNew, FileAccess.Write);
        RandomAccess.SetLength(handle, file.Sha256 is null ? file.Size : file.LargeSize);
        RandomAccess.Write(handle, start, 0);
    }

    private string PlaceOf(HubTreeFile file)
    {
        var path = System.IO.Path.Combine([folder.FullName, .. file.Path.Split('/')]);
        Directory.CreateDirectory(System.IO.Path.GetDirectoryName(path)!);
        return path;
    }
}
