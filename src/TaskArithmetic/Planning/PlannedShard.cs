using System.Globalization;
using TaskArithmetic.Safetensors;

namespace TaskArithmetic.Planning;

/// <summary>One file to write.</summary>
/// <param name="FileName">Its name, such as <c>model.safetensors</c> or <c>model-00001-of-00002.safetensors</c>.</param>
/// <param name="Layout">What it holds and where.</param>
internal sealed record PlannedShard(string FileName, SafetensorsLayout Layout)
{
    /// <summary>
    /// Fills files in the given order up to a size, as transformers does: a tensor larger than the limit gets a file of its own;
    /// one file carries no number.
    /// </summary>
    public static IReadOnlyList<PlannedShard> Distribute(
        string stem,
        IReadOnlyList<(string Name, DType DType, IReadOnlyList<ulong> Shape)> tensors,
        long maxShardSize,
        IReadOnlyDictionary<string, string>? metadata)
    {
        var groups = new List<List<(string Name, DType DType, IReadOnlyList<ulong> Shape)>> { new() };
        long size = 0;
        foreach (var tensor in tensors)
        {
            var bytes = SafetensorsLayout.ByteLength(tensor.DType, tensor.Shape);
            if (groups[^1].Count > 0 && size + bytes > maxShardSize)
            {
                groups.Add([]);
                size = 0;
            }
            groups[^1].Add(tensor);
            size += bytes;
        }
        return [.. groups.Select((group, i) => new PlannedShard(FileNameOf(stem, i, groups.Count), SafetensorsLayout.Create(group, metadata)))];
    }

    /// <summary>The index over several files; null for one file, which needs none.</summary>
    public static byte[]? WriteIndex(IReadOnlyList<PlannedShard> shards)
    {
        if (shards.Count == 1)
            return null;
        var tensors = shards.SelectMany(s => s.Layout.Header.Tensors.Select(t => (s.FileName, Tensor: t))).ToList();
        return ShardIndex.Write(
            tensors.ToDictionary(t => t.Tensor.Name, t => t.FileName, StringComparer.Ordinal),
            tensors.Sum(t => t.Tensor.ByteLength),
            tensors.Sum(t => t.Tensor.ElementCount));
    }

    private static string FileNameOf(string stem, int index, int count) => count == 1
        ? $"{stem}.safetensors"
        : string.Create(CultureInfo.InvariantCulture, $"{stem}-{index + 1:D5}-of-{count:D5}.safetensors");
}
