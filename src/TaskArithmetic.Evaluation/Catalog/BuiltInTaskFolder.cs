using System.Reflection;

namespace TaskArithmetic.Evaluation.Catalog;

/// <summary>Task files that ship inside this library as embedded resources.</summary>
internal sealed class BuiltInTaskFolder : ITaskFolder
{
    private const string Prefix = "TaskArithmetic.Evaluation.Catalog.BuiltIn.";

    private static readonly Assembly Assembly = typeof(BuiltInTaskFolder).Assembly;

    public bool IsBuiltIn => true;

    /// <summary>Every file, by name.</summary>
    public static IEnumerable<string> Files =>
        Assembly.GetManifestResourceNames()
            .Where(n => n.StartsWith(Prefix, StringComparison.Ordinal) && n.EndsWith(".yaml", StringComparison.Ordinal))
            .Select(n => n[Prefix.Length..])
            .Order(StringComparer.Ordinal);

    public string Resolve(string includingFile, string include) => include;

    public string? Read(string path)
    {
        using var stream = Assembly.GetManifestResourceStream(Prefix + path);
        if (stream is null)
            return null;
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd();
    }
}
