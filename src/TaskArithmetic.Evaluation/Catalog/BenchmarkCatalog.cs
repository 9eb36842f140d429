using System.IO.Enumeration;
using TaskArithmetic.Diagnostics;
using TaskArithmetic.Evaluation.Benchmarks;

namespace TaskArithmetic.Evaluation.Catalog;

/// <summary>
/// Every benchmark that can be named: the built-in ones, and those of the user's files, which replace built-in ones of
/// the same name.
/// </summary>
public sealed class BenchmarkCatalog
{
    private const int MostDepth = 32;

    private readonly Dictionary<string, TaskFile> entries;
    private readonly List<Diagnostic> unread;

    private BenchmarkCatalog(Dictionary<string, TaskFile> entries, List<Diagnostic> unread)
    {
        this.entries = entries;
        this.unread = unread;
    }

    /// <summary>The built-in benchmarks and those of the given files and folders (<c>--include_path</c> of lm-evaluation-harness).</summary>
    /// <param name="paths">YAML files, or folders searched through for them.</param>
    /// <exception cref="DiagnosticException">A path does not exist.</exception>
    public static BenchmarkCatalog Load(params IEnumerable<string> paths)
    {
        var catalog = new BenchmarkCatalog(new Dictionary<string, TaskFile>(StringComparer.Ordinal), []);
        foreach (var file in TaskFolder.BuiltInFiles)
            catalog.Add(file, TaskFolder.BuiltIn);
        var missing = new List<Diagnostic>();
        foreach (var path in paths)
        {
            if (Directory.Exists(path))
                catalog.AddFolder(path, SearchOption.AllDirectories);
            else if (File.Exists(path))
                catalog.Add(Path.GetFullPath(path), TaskFolder.Disk);
            else
                missing.Add(BenchmarkDiagnostics.TaskFileMissing(path, null));
        }
        return missing.Count == 0 ? catalog : throw new DiagnosticException(missing);
    }

    /// <summary>The names of all tasks, groups and tags, in order.</summary>
    public IReadOnlyList<string> Names =>
        [.. entries.Keys.Concat(entries.Values.SelectMany(f => f.Tags)).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)];

    /// <summary>
    /// The tasks and groups behind names, tags and YAML files. A file also makes known what lies beside it, so that a group
    /// finds its tasks.
    /// </summary>
    /// <param name="benchmarks">Names or files, in the order to evaluate them.</param>
    /// <exception cref="DiagnosticException">Unknown names, faulty files, one task in two groups: all of them at once.</exception>
    public BenchmarkSelection Select(IReadOnlyList<string> benchmarks)
    {
        var known = new BenchmarkCatalog(new Dictionary<string, TaskFile>(entries, StringComparer.Ordinal), [.. unread]);
        foreach (var folder in benchmarks.Where(IsFile).Select(b => Path.GetDirectoryName(Path.GetFullPath(b))).Distinct().Where(Directory.Exists))
            known.AddFolder(folder!, SearchOption.TopDirectoryOnly);
        var selector = new BenchmarkSelector(known.entries, known.unread);
        foreach (var benchmark in benchmarks)
        {
            if (IsFile(benchmark))
                selector.AddFile(Path.GetFullPath(benchmark));
            else
                selector.AddName(benchmark);
        }
        return selector.Finish();
    }

    /// <summary>Every task, group and tag with what a reader chooses by, in the order of names; faulty files are left out.</summary>
    public IReadOnlyList<BenchmarkListing> List() => [.. entries.Select(e => BenchmarkListing.Of(e.Key, e.Value, entries)).OfType<BenchmarkListing>()
        .Concat(entries.SelectMany(e => e.Value.Tags.Select(tag => (Tag: tag, e.Key))).GroupBy(t => t.Tag, StringComparer.Ordinal)
            .Where(g => !entries.ContainsKey(g.Key)).Select(g => BenchmarkListing.OfTag(g.Key, [.. g.Select(t => t.Key)])))
        .OrderBy(l => l.Name, StringComparer.Ordinal)];

    /// <summary>What a name means: a task or group, else everything tagged with it; nothing where it is unknown.</summary>
    internal static IReadOnlyList<KeyValuePair<string, TaskFile>> Find(IReadOnlyDictionary<string, TaskFile> entries, string name) => entries.TryGetValue(name, out var file)
        ? [KeyValuePair.Create(name, file)]
        : [.. entries.Where(e => e.Value.Tags.Contains(name)).OrderBy(e => e.Key, StringComparer.Ordinal)];

    private static bool IsFile(string benchmark) =>
        benchmark.EndsWith(".yaml", StringComparison.OrdinalIgnoreCase) || benchmark.EndsWith(".yml", StringComparison.OrdinalIgnoreCase);

    private void AddFolder(string folder, SearchOption depth)
    {
        // Links to folders are not followed, since they can lead back; what may not be looked into is left out.
        var options = new EnumerationOptions { IgnoreInaccessible = true, RecurseSubdirectories = depth == SearchOption.AllDirectories, MaxRecursionDepth = MostDepth, AttributesToSkip = 0 };
        var files = new FileSystemEnumerable<string>(folder, (ref FileSystemEntry entry) => entry.ToFullPath(), options)
        {
            ShouldIncludePredicate = (ref FileSystemEntry entry) => !entry.IsDirectory && IsFile(entry.FileName.ToString()),
            ShouldRecursePredicate = (ref FileSystemEntry entry) => (entry.Attributes & FileAttributes.ReparsePoint) == 0,
        };
        foreach (var file in files.Order(StringComparer.Ordinal))
            Add(Path.GetFullPath(file), TaskFolder.Disk);
    }

    private void Add(string path, TaskFolder folder)
    {
        // A faulty file matters only if something it defines is asked for: its problems are kept until then.
        if (new TaskFileReader(folder, unread).Read(path) is not { } file)
            return;
        foreach (var (name, definition) in file.Definitions())
            entries[name] = definition;
    }
}
