using TaskArithmetic.Files;

namespace TaskArithmetic.Evaluation.Catalog;

/// <summary>Where task files and the files they include lie: on disk, or inside this library as embedded resources.</summary>
internal sealed class TaskFolder
{
    private const long MostBytes = 4L << 20;
    private const string Resources = "Catalog.BuiltIn.";

    private TaskFolder(bool isBuiltIn) => IsBuiltIn = isBuiltIn;

    public static TaskFolder Disk { get; } = new(false);

    public static TaskFolder BuiltIn { get; } = new(true);

    public static IEnumerable<string> BuiltInFiles => EmbeddedText.Files(Resources);

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
    public string? Read(string path) => IsBuiltIn ? EmbeddedText.Find(Resources + path)
        : File.Exists(path) || Directory.Exists(path) ? RegularFile.ReadText(path, MostBytes) : null;
}
