namespace TaskArithmetic.Evaluation.Benchmarks;

/// <summary>Task files of the user.</summary>
internal sealed class DiskTaskFolder : ITaskFolder
{
    public bool IsBuiltIn => false;

    public string Resolve(string includingFile, string include) =>
        Path.GetFullPath(include, Path.GetDirectoryName(Path.GetFullPath(includingFile))!);

    public string? Read(string path) => File.Exists(path) ? File.ReadAllText(path) : null;
}
