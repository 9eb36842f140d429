using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using TaskArithmetic.Diagnostics;

namespace TaskArithmetic.Recipes;

/// <summary>A value in a mergekit file, with the keys that lead to it; wrong forms found on the way are gathered.</summary>
/// <param name="File">The file, as it was given.</param>
/// <param name="Path">The keys that lead to the value: <c>models[0].parameters.weight</c>; empty for the document.</param>
/// <param name="Line">Line of the key, from 1.</param>
/// <param name="Node">The value.</param>
/// <param name="Findings">Receives what is wrong.</param>
internal sealed record MergeKitPlace(string File, string Path, int Line, MergeKitNode Node, List<Diagnostic> Findings)
{
    /// <summary>File, line and keys, as the beginning of a message.</summary>
    public string Where => string.Create(CultureInfo.InvariantCulture, $"{File}:{Line}{(Path.Length == 0 ? "" : ": " + Path)}");

    /// <summary>The text of a scalar; null where there is none.</summary>
    public string? Text => Node is MergeKitText { IsNull: false } text ? text.Value : null;

    /// <summary>Whether nothing is said.</summary>
    public bool IsNull => Node is MergeKitText { IsNull: true };

    /// <summary>The entries of a mapping.</summary>
    public IEnumerable<(string Key, MergeKitPlace Value)> Entries(string expected)
    {
        if (Node is MergeKitMap map)
            return map.Entries.Select(e => (e.Key.Value, At(Path.Length == 0 ? e.Key.Value : $"{Path}.{e.Key.Value}", e.Key.Line, e.Value)));
        Refuse(expected);
        return [];
    }

    /// <summary>The entries of a mapping by key, those that are unknown refused.</summary>
    public Dictionary<string, MergeKitPlace> Entries(string expected, params string[] known)
    {
        var entries = new Dictionary<string, MergeKitPlace>(StringComparer.Ordinal);
        foreach (var (key, value) in Entries(expected))
        {
            if (known.Contains(key, StringComparer.Ordinal))
                entries.Add(key, value);
            else
                Findings.Add(MergeKitDiagnostics.UnknownKey(value.Where, File, key, known));
        }
        return entries;
    }

    /// <summary>The items of a list.</summary>
    public IReadOnlyList<MergeKitPlace> Items(string expected)
    {
        if (Node is MergeKitList list)
            return [.. list.Items.Select((item, i) => At(string.Create(CultureInfo.InvariantCulture, $"{Path}[{i}]"), item.Line, item))];
        Refuse(expected);
        return [];
    }

    /// <summary>A text that must be there.</summary>
    public bool TryText(string expected, [NotNullWhen(true)] out string? text)
    {
        text = Text;
        if (text is null)
            Refuse(expected);
        return text is not null;
    }

    /// <summary>Says that something else belongs here.</summary>
    public void Refuse(string expected) => Findings.Add(MergeKitDiagnostics.WrongForm(Where, File, Node.Kind, expected));

    private MergeKitPlace At(string path, int line, MergeKitNode node) => this with { Path = path, Line = line, Node = node };
}
