using System.Text.RegularExpressions;
using TaskArithmetic.Caching;
using TaskArithmetic.Checkpoints;
using TaskArithmetic.Diagnostics;
using TaskArithmetic.Files;
using TaskArithmetic.Safetensors;

namespace TaskArithmetic.Outputs;

/// <summary>
/// Where a vector is written: one file, or numbered files with an index. Readers take the one file if it is there, else the index, so the
/// new vector is there from one rename (or, where the former was one file and this one is not, from one removal) and the old one until then:
/// numbered files carry the digest of their content in their names and never stand where others stood.
/// See docs/decisions/0009-one-way-of-replacing.md.
/// </summary>
internal sealed partial class VectorFile(string path)
{
    private const string Extension = ".safetensors";

    /// <summary>Bytes in which the metadata of a vector, which stand first in its header, name themselves.</summary>
    private const long HeaderStart = 1 << 16;

    private readonly OutputPlace place = new(path);

    /// <summary>The file name, that of a link's target where a link was named.</summary>
    public string Name => place.Name;

    /// <summary>The file name without its extension.</summary>
    public string Stem => place.Name[..^Extension.Length];

    private string Index => Path.Combine(place.Parent, IndexName(Stem));

    /// <summary>The name of the index over several files.</summary>
    public static string IndexName(string stem) => $"{stem}{Extension}.index.json";

    /// <summary>Problems of this place that are known before anything is written.</summary>
    public IEnumerable<Diagnostic> Check(IEnumerable<string> inputs)
    {
        if (!place.Name.EndsWith(Extension, StringComparison.Ordinal) || place.Name.Length == Extension.Length)
            yield return OutputDiagnostics.NotAVectorName(path);
        else if (Directory.Exists(place.Path))
            yield return OutputDiagnostics.IsAFolder(path);
        else if (HoldsSomethingElse())
            yield return OutputDiagnostics.NotOurs(path);
        foreach (var input in inputs.Where(Overlaps))
            yield return OutputDiagnostics.OutputOverlapsInput(path, input);
    }

    /// <summary>Whether an input is what a new vector replaces, by whatever links it is named, or the folder that it would lie in.</summary>
    private bool Overlaps(string input)
    {
        try
        {
            var (real, parent) = (RealPath.Of(input), RealPath.Of(place.Parent));
            if (real == parent)
                return true;
            // One of the former's numbered files, or its index, is named as well as the vector itself.
            return Path.GetDirectoryName(real) == parent && Directory.Exists(parent) && place.Name.EndsWith(Extension, StringComparison.Ordinal)
                && NumberedFiles().Append(place.Path).Append(Index).Any(former => Path.GetFileName(former) == Path.GetFileName(real));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // What cannot be looked at cannot be read either; opening it says so with a code.
            return false;
        }
    }

    /// <summary>Mends what a killed run left here, if nobody works here.</summary>
    public void Recover() => place.Recover();

    /// <summary>Fills a hidden folder beside the place and puts its files there.</summary>
    /// <returns>The paths written.</returns>
    public IReadOnlyList<string> Write(Func<string, IReadOnlyList<FileRecord>> fill, CancellationToken cancellationToken)
    {
        try
        {
            List<string> names = [];
            place.Write(
                fresh =>
                {
                    names = [.. fill(fresh).Select(f => f.Name)];
                    DiskFlush.Tree(fresh);
                    Install(fresh, names);
                },
                cancellationToken);
            return [.. names.Select(n => Path.Combine(place.Parent, n))];
        }
        catch (Exception e) when (OutputDiagnostics.IsWriteFailure(e))
        {
            throw OutputDiagnostics.WriteFailed(path, e);
        }
    }

    private void Install(string fresh, List<string> names)
    {
        var former = NumberedFiles().ToList();
        foreach (var name in names.OrderBy(n => n == IndexName(Stem)))
        {
            if (name == IndexName(Stem))
                DiskFlush.Folder(place.Parent);
            File.Move(Path.Combine(fresh, name), Path.Combine(place.Parent, name), overwrite: true);
        }
        DiskFlush.Folder(place.Parent);
        // What reading would take first goes first.
        foreach (var stale in new[] { place.Path, Index }.Where(p => !names.Contains(Path.GetFileName(p)) && File.Exists(p)))
        {
            File.Delete(stale);
            DiskFlush.Folder(place.Parent);
        }
        foreach (var file in former.Where(f => !names.Contains(Path.GetFileName(f))))
            File.Delete(file);
    }

    /// <summary>Files of former vectors of this name: those named by content, and those that an index of version 0.1.0 names.</summary>
    private IEnumerable<string> NumberedFiles()
    {
        var pattern = new Regex($"^{Regex.Escape(Stem)}-[0-9a-f]{{16}}-[0-9]{{5}}-of-[0-9]{{5}}{Regex.Escape(Extension)}$", RegexOptions.CultureInvariant);
        return Directory.EnumerateFiles(place.Parent, "*", FolderListing.Everything)
            .Where(f => pattern.IsMatch(Path.GetFileName(f)))
            .Concat(NamedByIndex().Where(f => OlderName().IsMatch(f) && IsVector(f) == true))
            .Distinct(StringComparer.Ordinal);
    }

    private IEnumerable<string> NamedByIndex()
    {
        try
        {
            return File.Exists(Index) ? [.. ShardIndex.Read(Index).WeightMap.Values.Distinct(StringComparer.Ordinal).Select(n => Path.Combine(place.Parent, n)).Where(File.Exists)] : [];
        }
        catch (DiagnosticException)
        {
            // A damaged index names nothing.
            return [];
        }
    }

    /// <summary>Whether something is here that extract did not write. A vector of ours that was damaged is replaced, as that is how it is mended.</summary>
    private bool HoldsSomethingElse()
    {
        if (File.Exists(place.Path))
            return IsForeign(place.Path);
        return File.Exists(Index) && (!IsIndex(Index) || NamedByIndex().Any(IsForeign));
    }

    private static bool IsForeign(string file) => !FileStatus.Of(file).IsRegular || !(IsVector(file) ?? LooksLikeAVector(file));

    private static bool IsIndex(string file)
    {
        try
        {
            return FileStatus.Of(file) is { IsRegular: true, Size: 0 } || ShardIndex.Read(file) is not null;
        }
        catch (DiagnosticException)
        {
            return false;
        }
    }

    /// <summary>Whether a file that cannot be read still begins as a vector of ours does, or is empty.</summary>
    private static bool LooksLikeAVector(string file)
    {
        using var handle = RegularFile.Open(file);
        var start = new byte[Math.Min(RandomAccess.GetLength(handle), HeaderStart)];
        return start.Length == 0 || start.AsSpan(0, RandomAccess.Read(handle, start, 0)).IndexOf(System.Text.Encoding.UTF8.GetBytes(VectorMetadata.Key)) >= 0;
    }

    /// <summary>Whether extract wrote a file; null where it cannot be read.</summary>
    private static bool? IsVector(string file)
    {
        try
        {
            using var opened = SafetensorsFile.Open(file);
            return opened.Header.Metadata.ContainsKey(VectorMetadata.Key);
        }
        catch (DiagnosticException)
        {
            return null;
        }
    }

    [GeneratedRegex(@"-[0-9]{5}-of-[0-9]{5}\.safetensors$", RegexOptions.CultureInvariant)]
    private static partial Regex OlderName();
}
