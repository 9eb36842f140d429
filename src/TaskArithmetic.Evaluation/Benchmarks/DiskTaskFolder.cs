using TaskArithmetic.Files;

namespace TaskArithmetic.Evaluation.Benchmarks;

/// <summary>Task files of the user.</summary>
internal sealed class DiskTaskFolder : ITaskFolder
{
    private const long MostBytes = 4L << 20;

    public bool IsBuiltIn => false;

    public string Resolve(string includingFile, string include) =>
        Path.GetFullPath(include, Path.GetDirectoryName(Path.GetFullPath(includingFile))!);

    public string? Read(string path) => File.Exists(path) || Directory.Exists(path) ? RegularFile.ReadText(path, MostBytes) : null;
}
