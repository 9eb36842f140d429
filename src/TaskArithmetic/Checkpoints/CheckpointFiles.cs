using System.Globalization;
using System.Text.RegularExpressions;
using Microsoft.Extensions.FileSystemGlobbing;
using TaskArithmetic.Diagnostics;
using TaskArithmetic.Files;
using TaskArithmetic.Safetensors;

namespace TaskArithmetic.Checkpoints;

/// <summary>Finds and opens the safetensors files of a checkpoint and says which of them holds each tensor.</summary>
internal sealed partial class CheckpointFiles : IDisposable
{
    private readonly List<Diagnostic> errors = [];
    private readonly List<Diagnostic> warnings = [];
    private readonly List<SafetensorsFile> shards = [];
    private readonly Dictionary<string, CheckpointTensor> tensors = new(StringComparer.Ordinal);

    private CheckpointFiles()
    {
    }

    public IReadOnlyList<SafetensorsFile> Shards => shards;

    public IReadOnlyDictionary<string, CheckpointTensor> Tensors => tensors;

    public IReadOnlyList<Diagnostic> Warnings => warnings;

    public static CheckpointFiles Open(string path)
    {
        var files = new CheckpointFiles();
        try
        {
            files.Find(path);
            return files.errors.Count == 0 ? files : throw new DiagnosticException([.. files.errors, .. files.warnings]);
        }
        catch (Exception e)
        {
            files.Dispose();
            if (e is IOException or UnauthorizedAccessException)
                throw SafetensorsDiagnostics.Unreadable(path, e);
            throw;
        }
    }

    public void Dispose()
    {
        foreach (var shard in shards)
            shard.Dispose();
    }

    private void Find(string path)
    {
        if (Adapter.At(path) is { } adapter)
            throw new DiagnosticException(CheckpointDiagnostics.IsAdapter(path, adapter));
        if (File.Exists(path))
        {
            if (path.EndsWith(".index.json", StringComparison.OrdinalIgnoreCase))
                AddIndexed(path);
            else
                AddAll([path]);
            return;
        }
        if (File.Exists(path + ".index.json"))
        {
            // A vector that was too large for one file is still named by that file.
            AddIndexed(path + ".index.json");
            return;
        }
        if (!Directory.Exists(path))
            throw CheckpointDiagnostics.NotFound(path);
        var single = Path.Combine(path, "model.safetensors");
        if (RegularFile.IsPresent(single))
            AddAll([single]);
        else if (OnlyMatch(path, "*.safetensors.index.json") is { } index)
            AddIndexed(index);
        else
            AddAll(ShardsWithoutIndex(path));
    }

    /// <summary>What a folder without safetensors holds instead, for people who gave the wrong one.</summary>
    private static string Instead(string folder)
    {
        var pickled = new[] { "*.bin", "*.pt", "*.pth", "*.ckpt", "*.gguf", "*.h5", "*.msgpack" }.SelectMany(p => Matches(folder, p)).Select(Path.GetFileName).OfType<string>().ToList();
        if (pickled.Count > 0)
            return $" but {Listing.Of(pickled)}";
        var below = Matches(folder, "*/*.safetensors").Concat(Matches(folder, "snapshots/*/*.safetensors"))
            .Select(f => Path.GetRelativePath(folder, Path.GetDirectoryName(f)!)).Distinct().ToList();
        return below.Count > 0 ? $", though {Listing.Of(below)} below it {(below.Count == 1 ? "does" : "do")}" : "";
    }

    private static string? OnlyMatch(string folder, string pattern)
    {
        var matches = Matches(folder, pattern);
        return matches.Count switch
        {
            0 => null,
            1 => matches[0],
            _ => throw CheckpointDiagnostics.Ambiguous(folder, matches),
        };
    }

    private static List<string> Matches(string folder, string pattern)
    {
        var matcher = new Matcher(StringComparison.Ordinal).AddInclude(pattern).AddExclude("adapter_model.safetensors");
        return [.. matcher.GetResultsInFullPath(folder).Order(StringComparer.Ordinal)];
    }

    private static List<string> ShardsWithoutIndex(string folder)
    {
        var all = Matches(folder, "*.safetensors");
        var numbered = Matches(folder, "*-*-of-*.safetensors").Select(file => ShardName().Match(Path.GetFileName(file))).Where(m => m.Success).ToList();
        if (numbered.Count == 0)
        {
            return all.Count switch
            {
                0 => throw CheckpointDiagnostics.NoWeights(folder, Instead(folder)),
                1 => all,
                _ => throw CheckpointDiagnostics.Ambiguous(folder, all),
            };
        }
        var total = int.Parse(numbered[0].Groups["total"].ValueSpan, CultureInfo.InvariantCulture);
        var present = numbered.Select(m => int.Parse(m.Groups["number"].ValueSpan, CultureInfo.InvariantCulture)).ToHashSet();
        return numbered.Count == total && present.SetEquals(Enumerable.Range(1, total))
            ? [.. numbered.Select(m => Path.Combine(folder, m.Value))]
            : throw CheckpointDiagnostics.ShardsMissing(folder, present.Count, total);
    }

    private void AddAll(IReadOnlyList<string> paths)
    {
        foreach (var shard in paths.Select(TryOpen).OfType<SafetensorsFile>())
        {
            foreach (var info in shard.Header.Tensors)
            {
                if (!tensors.TryAdd(info.Name, new CheckpointTensor(shard, info)))
                    errors.Add(CheckpointDiagnostics.TensorTwice(info.Name, tensors[info.Name].File.Path, shard.Path));
            }
        }
    }

    private void AddIndexed(string indexPath)
    {
        var index = ShardIndex.Read(indexPath);
        var folder = Path.GetDirectoryName(Path.GetFullPath(indexPath))!;
        var failed = new HashSet<string>(StringComparer.Ordinal);
        var opened = new Dictionary<string, SafetensorsFile>(StringComparer.Ordinal);
        foreach (var file in index.WeightMap.Values.Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal))
        {
            var shardPath = Path.Combine(folder, file);
            if (!RegularFile.IsPresent(shardPath))
                errors.Add(CheckpointDiagnostics.ShardMissing(indexPath, file));
            else if (TryOpen(shardPath) is { } shard)
                opened.Add(file, shard);
            if (!opened.ContainsKey(file))
                failed.Add(file);
        }
        var held = opened.ToDictionary(pair => pair.Key, pair => pair.Value.Header.Tensors.ToDictionary(t => t.Name, StringComparer.Ordinal), StringComparer.Ordinal);
        foreach (var (name, file) in index.WeightMap.Where(pair => !failed.Contains(pair.Value)))
        {
            if (held[file].TryGetValue(name, out var info))
                tensors.Add(name, new CheckpointTensor(opened[file], info));
            else
                errors.Add(CheckpointDiagnostics.TensorNotInShard(indexPath, name, file));
        }
        if (errors.Count == 0)
            WarnOfDifferences(indexPath, index);
    }

    private void WarnOfDifferences(string indexPath, ShardIndex index)
    {
        var unnamed = shards.SelectMany(s => s.Header.Tensors.Where(t => tensors.GetValueOrDefault(t.Name)?.File != s).Select(t => t.Name)).ToList();
        if (unnamed.Count > 0)
            warnings.Add(CheckpointDiagnostics.TensorsNotInIndex(indexPath, unnamed));
        var total = tensors.Values.Sum(t => t.Info.ByteLength);
        if (index.TotalSize is { } claimed && claimed != total)
            warnings.Add(CheckpointDiagnostics.TotalSizeWrong(indexPath, claimed, total));
    }

    private SafetensorsFile? TryOpen(string path)
    {
        try
        {
            var shard = SafetensorsFile.Open(path);
            shards.Add(shard);
            return shard;
        }
        catch (DiagnosticException e)
        {
            errors.AddRange(e.Diagnostics);
            return null;
        }
    }

    [GeneratedRegex(@"^.+-(?<number>[0-9]{5})-of-(?<total>[0-9]{5})\.safetensors$", RegexOptions.CultureInvariant)]
    private static partial Regex ShardName();
}
