using System.Reflection;

namespace TaskArithmetic.Evaluation;

/// <summary>Texts that ship inside this library as embedded resources, named by folder and file: <c>Catalog.BuiltIn.gsm8k.yaml</c>.</summary>
internal static class EmbeddedText
{
    private static readonly Assembly Library = typeof(EmbeddedText).Assembly;
    private static readonly string Root = typeof(EmbeddedText).Namespace + ".";

    /// <summary>The files of a folder, in order.</summary>
    public static IEnumerable<string> Files(string folder) => Library.GetManifestResourceNames()
        .Where(n => n.StartsWith(Root + folder, StringComparison.Ordinal)).Select(n => n[(Root + folder).Length..]).Order(StringComparer.Ordinal);

    /// <summary>The text, or null where there is none of that name.</summary>
    public static string? Find(string name)
    {
        using var stream = Library.GetManifestResourceStream(Root + name);
        using var reader = stream is null ? null : new StreamReader(stream);
        return reader?.ReadToEnd();
    }
}
