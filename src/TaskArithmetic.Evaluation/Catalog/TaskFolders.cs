using TaskArithmetic.Files;

namespace TaskArithmetic.Evaluation.Catalog;

/// <summary>Where task files and the files they include lie: on disk, or inside this library.</summary>
internal interface ITaskFolder
{
    /// <summary>Whether the files ship with this library.</summary>
    bool IsBuiltIn { get; }

    /// <summary>The path of a file named in another file.</summary>
    string Resolve(string includingFile, string include);

    /// <summary>The text of a file, or null if there is none.</summary>
    string? Read(string path);
}

/// <summary>Task files of the user.</summary>
internal sealed class DiskTaskFolder : ITaskFolder
{
    private const long MostBytes = 4L << 20;

    public bool IsBuiltIn => false;

    public string Resolve(string includingFile, string include) =>
        Path.GetFullPath(include, Path.GetDirectoryName(Path.GetFullPath(includingFile))!);

    public string? Read(string path) => File.Exists(path) || Directory.Exists(path) ? RegularFile.ReadText(path, MostBytes) : null;
}
