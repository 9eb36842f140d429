namespace TaskArithmetic.TestSupport;

/// <summary>Finds the folder with golden data and models that lies beside the repository.</summary>
internal static class SharedData
{
    private static readonly string? Root = FindRoot();

    public static bool Exists(string path) =>
        Root is not null && (Directory.Exists(Path.Combine(Root, path)) || File.Exists(Path.Combine(Root, path)));

    /// <summary>The full path of a file or folder below <c>shared/</c>.</summary>
    public static string PathOf(params string[] parts) =>
        Path.Combine([Root ?? throw new DirectoryNotFoundException("The shared folder is absent; mark the test with RequiresShared."), .. parts]);

    private static string? FindRoot()
    {
        if (Environment.GetEnvironmentVariable("TASKARITHMETIC_SHARED") is { Length: > 0 } set)
            return Directory.Exists(set) ? set : null;
        var repository = RepositoryRoot.Path;
        var beside = repository is null ? null : Path.Combine(Path.GetDirectoryName(repository)!, "shared");
        return beside is not null && Directory.Exists(beside) ? beside : null;
    }
}
