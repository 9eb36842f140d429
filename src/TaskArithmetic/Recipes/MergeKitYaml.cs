using TaskArithmetic.Diagnostics;
using YamlDotNet.Core;
using YamlDotNet.Core.Events;

namespace TaskArithmetic.Recipes;

/// <summary>
/// Makes the documents of a YAML file into nodes that know their lines. Keys that stand twice are errors, and files that would grow
/// without bound (depth, aliases that multiply) are refused.
/// </summary>
internal sealed class MergeKitYaml
{
    private const int MostDepth = 64;
    private const int MostNodes = 200_000;
    private const string MergeKey = "<<";

    private readonly string path;
    private readonly List<Diagnostic> findings;
    private readonly Parser parser;
    private readonly Dictionary<string, (MergeKitNode Node, int Size)> anchors = new(StringComparer.Ordinal);
    private int size;

    private MergeKitYaml(string path, string text, List<Diagnostic> findings)
    {
        this.path = path;
        this.findings = findings;
        parser = new Parser(new StringReader(text));
    }

    /// <summary>The roots of all documents; empty where the text cannot be read.</summary>
    /// <param name="path">The file, for messages.</param>
    /// <param name="text">Its text.</param>
    /// <param name="findings">Receives what is wrong.</param>
    public static IReadOnlyList<MergeKitNode> Read(string path, string text, List<Diagnostic> findings)
    {
        try
        {
            return new MergeKitYaml(path, text, findings).ReadDocuments();
        }
        catch (YamlException e)
        {
            findings.Add(MergeKitDiagnostics.Unreadable(path, LineOf(e, text), e.InnerException?.Message ?? e.Message));
        }
        catch (Exception e) when (e is ArgumentException or InvalidOperationException or FormatException or OverflowException or IndexOutOfRangeException)
        {
            // What the YAML library itself stumbles over.
            findings.Add(MergeKitDiagnostics.Unreadable(path, 1, e.Message));
        }
        return [];
    }

    /// <summary>For a tab the YAML library names the line in which the mapping began.</summary>
    private static int LineOf(YamlException fault, string text)
    {
        var tab = fault.Message.Contains("tab", StringComparison.Ordinal)
            ? Array.FindIndex(text.Split('\n'), line => line.AsSpan(0, line.Length - line.AsSpan().TrimStart().Length).Contains('\t'))
            : -1;
        return tab >= 0 ? tab + 1 : (int)fault.Start.Line;
    }

    private List<MergeKitNode> ReadDocuments()
    {
        var roots = new List<MergeKitNode>();
        parser.MoveNext();
        while (parser.MoveNext() && parser.Current is DocumentStart)
        {
            anchors.Clear();
            parser.MoveNext();
            roots.Add(ReadNode(0).Node);
            parser.MoveNext();
        }
        return roots;
    }

    /// <summary>Reads the node that begins at the current event and leaves the parser at its last.</summary>
    private (MergeKitNode Node, int Size) ReadNode(int depth)
    {
        var start = parser.Current!;
        var line = (int)start.Start.Line;
        if (depth > MostDepth)
            throw new YamlException(start.Start, start.End, $"values lie more than {MostDepth} deep in one another");
        var before = size;
        if (start is AnchorAlias alias)
            return ReadAlias(alias);
        Count(1, start);
        MergeKitNode node = start switch
        {
            SequenceStart => ReadList(line, depth),
            MappingStart => ReadMap(line, depth),
            YamlDotNet.Core.Events.Scalar scalar => new MergeKitText(line, scalar.Value, scalar.Style != ScalarStyle.Plain || scalar.Tag == "tag:yaml.org,2002:str"),
            _ => throw new YamlException(start.Start, start.End, "a value is missing"),
        };
        var anchored = (node, size - before);
        if (start is NodeEvent { Anchor.IsEmpty: false } named)
            anchors[named.Anchor.Value] = anchored;
        return anchored;
    }

    private (MergeKitNode Node, int Size) ReadAlias(AnchorAlias alias)
    {
        // A node is known once it is complete, so an alias inside of what it stands for is unknown.
        if (!anchors.TryGetValue(alias.Value.Value, out var known))
            throw new YamlException(alias.Start, alias.End, $"the alias '*{alias.Value.Value}' stands for nothing above it");
        known.Node.IsAliased = true;
        Count(known.Size, alias);
        return known;
    }

    private MergeKitList ReadList(int line, int depth)
    {
        var items = new List<MergeKitNode>();
        while (parser.MoveNext() && parser.Current is not SequenceEnd)
            items.Add(ReadNode(depth + 1).Node);
        return new MergeKitList(line, items);
    }

    private MergeKitMap ReadMap(int line, int depth)
    {
        var own = new List<(MergeKitText Key, MergeKitNode Value)>();
        var merged = new List<MergeKitMap>();
        while (parser.MoveNext() && parser.Current is not MappingEnd)
        {
            var at = parser.Current!;
            if (ReadNode(depth + 1).Node is not MergeKitText key)
                throw new YamlException(at.Start, at.End, "a key is itself a list or mapping");
            parser.MoveNext();
            var value = ReadNode(depth + 1).Node;
            if (key is { Value: MergeKey, IsQuoted: false })
                merged.AddRange(MapsOf(value, at));
            else if (own.FirstOrDefault(e => e.Key.Value == key.Value) is { Key: { } first })
                findings.Add(MergeKitDiagnostics.KeyTwice(path, key.Line, key.Value, first.Line));
            else
                own.Add((key, value));
        }
        return Merge(line, own, merged);
    }

    private static IEnumerable<MergeKitMap> MapsOf(MergeKitNode value, ParsingEvent at)
    {
        var maps = (value is MergeKitList list ? list.Items : [value]).OfType<MergeKitMap>().ToList();
        return maps.Count > 0 ? maps : throw new YamlException(at.Start, at.End, "'<<' does not name a mapping");
    }

    /// <summary>Own keys win over merged ones, and of those the first.</summary>
    private static MergeKitMap Merge(int line, List<(MergeKitText Key, MergeKitNode Value)> own, List<MergeKitMap> merged)
    {
        var entries = own.ToList();
        var known = own.Select(e => e.Key.Value).ToHashSet(StringComparer.Ordinal);
        foreach (var entry in merged.SelectMany(m => m.Entries))
        {
            if (known.Add(entry.Key.Value))
                entries.Add(entry);
        }
        return new MergeKitMap(line, entries);
    }

    private void Count(int nodes, ParsingEvent at)
    {
        size += nodes;
        if (size > MostNodes)
            throw new YamlException(at.Start, at.End, $"with its aliases written out it has more than {MostNodes} values");
    }
}
