namespace TaskArithmetic.TestSupport;

/// <summary>The folder that holds this repository's <c>global.json</c>, found upwards from the test binaries.</summary>
internal static class RepositoryRoot
{
    public static string? Path { get; } = Find();

    private static string? Find()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(System.IO.Path.Combine(folder.FullName, "global.json"))
                && Directory.Exists(System.IO.Path.Combine(folder.FullName, "src", "TaskArithmetic")))
                return folder.FullName;
        }
        return null;
    }
}
