using System.Reflection;
using TaskArithmetic.Files;

namespace TaskArithmetic.Evaluation.Catalog;

/// <summary>Where task files and the files they include lie: on disk, or inside this library as embedded resources.</summary>
internal sealed class TaskFolder
{
    private const long MostBytes = 4L << 20;
    private const string Prefix = "TaskArithmetic.Evaluation.Catalog.BuiltIn.";

    private static readonly Assembly Library = typeof(TaskFolder).Assembly;

    private TaskFolder(bool isBuiltIn) => IsBuiltIn = isBuiltIn;

    public static TaskFolder Disk { get; } = new(false);

    public static TaskFolder BuiltIn { get; } = new(true);

    public static IEnumerable<string> BuiltInFiles => Library.GetManifestResourceNames()
        .Where(n => n.StartsWith(Prefix, StringComparison.Ordinal) && n.EndsWith(".yaml", StringComparison.Ordinal)).Select(n => n[Prefix.Length..]).Order(StringComparer.Ordinal);

    public bool IsBuiltIn { get; }

    /// <summary>The path of a file named in another file. A name that no path can be made of stays as it is, and is reported when it is read.</summary>
    public string Resolve(string includingFile, string include)
    {
        try
        {
            return IsBuiltIn ? include : Path.GetFullPath(include, Path.GetDirectoryName(Path.GetFullPath(includingFile))!);
        }
        catch (ArgumentException)
        {
            return include;
        }
    }

    /// <summary>The text of a file, or null if there is none.</summary>
    public string? Read(string path)
    {
        if (!IsBuiltIn)
            return File.Exists(path) || Directory.Exists(path) ? RegularFile.ReadText(path, MostBytes) : null;
        using var stream = Library.GetManifestResourceStream(Prefix + path);
        using var reader = stream is null ? null : new StreamReader(stream);
        return reader?.ReadToEnd();
    }
}
