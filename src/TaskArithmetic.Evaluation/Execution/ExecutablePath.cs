namespace TaskArithmetic.Evaluation.Execution;

/// <summary>Looks programs up as a shell does, and in the system folders that a reduced <c>PATH</c> may lack.</summary>
internal static class ExecutablePath
{
    private static readonly string[] SystemFolders = ["/usr/bin", "/usr/local/bin", "/bin"];

    public static string? Find(string name, IReadOnlyList<string>? searchPath) => FindAll(name, searchPath).FirstOrDefault();

    /// <summary>Every file of that name, in the order of the search path.</summary>
    public static IEnumerable<string> FindAll(string name, IReadOnlyList<string>? searchPath)
    {
        var file = OperatingSystem.IsWindows() ? name + ".exe" : name;
        return (searchPath ?? DefaultSearchPath())
            .Where(folder => folder.Length > 0)
            .Select(folder => Path.Combine(folder, file))
            .Where(File.Exists)
            .Distinct();
    }

    private static IReadOnlyList<string> DefaultSearchPath()
    {
        var path = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator);
        return OperatingSystem.IsWindows() ? path : [.. path, .. SystemFolders];
    }
}
