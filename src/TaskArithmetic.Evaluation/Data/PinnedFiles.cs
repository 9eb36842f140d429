namespace TaskArithmetic.Evaluation.Data;

/// <summary>The public data files of the built-in benchmarks, from the embedded list <c>pinned-files.txt</c>.</summary>
internal static class PinnedFiles
{
    private static readonly Lazy<IReadOnlyDictionary<string, PinnedFile>> All = new(Load);

    /// <summary>The file of a path below a data folder.</summary>
    public static PinnedFile Find(string path) => All.Value[path];

    public static bool Contains(string path) => All.Value.ContainsKey(path);

    private static Dictionary<string, PinnedFile> Load()
    {
        var files = new Dictionary<string, PinnedFile>(StringComparer.Ordinal);
        string folder = "", origin = "";
        foreach (var line in EmbeddedText.Find("Data.pinned-files.txt")!.Split('\n'))
        {
            switch (line.Split(' ', StringSplitOptions.RemoveEmptyEntries))
            {
                case ["folder", var name, .. var rest]:
                    folder = name;
                    origin = rest.FirstOrDefault("");
                    break;
                case [{ Length: 64 } digest, var path, .. var source]:
                    var from = origin.Length == 0 ? null : new Uri($"{origin}/{source.FirstOrDefault(path)}");
                    files.Add($"{folder}/{path}", new PinnedFile($"{folder}/{path}", digest, from));
                    break;
            }
        }
        return files;
    }
}
