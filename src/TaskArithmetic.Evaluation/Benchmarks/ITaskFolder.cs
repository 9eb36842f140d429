namespace TaskArithmetic.Evaluation.Benchmarks;

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
