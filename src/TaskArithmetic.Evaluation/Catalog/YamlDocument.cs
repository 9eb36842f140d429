using TaskArithmetic.Diagnostics;
using TaskArithmetic.Evaluation.Benchmarks;
using YamlDotNet.Core;
using YamlDotNet.Core.Events;
using YamlDotNet.RepresentationModel;

namespace TaskArithmetic.Evaluation.Catalog;

/// <summary>
/// Reads the one mapping of a YAML file. The file is walked as events first, without recursion, so that what would grow without
/// bound is refused before a tree is made of it: depth, aliases that multiply, aliases to what holds them, numbers of thousands of digits.
/// </summary>
internal sealed class YamlDocument
{
    private const int MostDepth = 64;
    private const int MostNodes = 200_000;
    private const long MostCharacters = 32L << 20;

    /// <summary>As many digits as Python reads.</summary>
    private const int MostDigits = 4300;

    private readonly string path;
    private readonly Dictionary<string, (long Nodes, long Characters)> anchors = new(StringComparer.Ordinal);
    private readonly Stack<(string? Anchor, long Nodes, long Characters, bool IsMapping, int Children)> open = new();
    private long nodes;
    private long characters;

    private YamlDocument(string path) => this.path = path;

    /// <summary>The mapping of a file.</summary>
    /// <exception cref="DiagnosticException">TA4001 it is not one mapping; TA4055 it goes beyond a limit.</exception>
    public static YamlMappingNode Parse(string path, string text)
    {
        try
        {
            new YamlDocument(path).Walk(new Parser(new StringReader(text)));
            var stream = new YamlStream();
            stream.Load(new StringReader(text));
            return stream.Documents is [{ RootNode: YamlMappingNode root }]
                ? root
                : throw new DiagnosticException(BenchmarkDiagnostics.TaskFileUnreadable(path, "it is not one mapping of keys to values"));
        }
        catch (YamlException e)
        {
            throw new DiagnosticException(BenchmarkDiagnostics.TaskFileUnreadable($"{path}({e.Start.Line},{e.Start.Column})", e.InnerException?.Message ?? e.Message), e);
        }
        catch (Exception e) when (e is ArgumentException or InvalidOperationException or FormatException or OverflowException or InvalidCastException or IndexOutOfRangeException)
        {
            // What the YAML library itself stumbles over.
            throw new DiagnosticException(BenchmarkDiagnostics.TaskFileUnreadable(path, e.Message), e);
        }
    }

    private void Walk(IParser parser)
    {
        while (parser.MoveNext())
        {
            switch (parser.Current)
            {
                case MappingStart start:
                    Open(start, start.Anchor, isMapping: true);
                    break;
                case SequenceStart start:
                    Open(start, start.Anchor, isMapping: false);
                    break;
                case MappingEnd or SequenceEnd:
                    var (anchor, size, length, _, _) = open.Pop();
                    Close(anchor, size, length);
                    break;
                case Scalar scalar:
                    if (scalar.Style == ScalarStyle.Plain && scalar.Value.Length > MostDigits && scalar.Value.All(c => char.IsAsciiHexDigit(c) || c is '_' or '-' or '+' or 'x'))
                        throw Beyond(scalar, $"a number has {scalar.Value.Length} digits, more than the {MostDigits} that Python reads");
                    Add(scalar, 1, scalar.Value.Length);
                    Close(scalar.Anchor.IsEmpty ? null : scalar.Anchor.Value, 1, scalar.Value.Length);
                    break;
                case AnchorAlias alias:
                    Alias(alias);
                    break;
            }
        }
    }

    private void Open(ParsingEvent start, AnchorName anchor, bool isMapping)
    {
        if (open.Count == MostDepth)
            throw Beyond(start, $"values lie more than {MostDepth} deep in one another");
        if (open.TryPeek(out var parent) && parent.IsMapping && parent.Children % 2 == 0)
            throw Beyond(start, "a key of a mapping is itself a mapping or list");
        Add(start, 1, 0);
        open.Push((anchor.IsEmpty ? null : anchor.Value, 1, 0, isMapping, 0));
    }

    /// <summary>A value is whole: it counts for what holds it, and for aliases to it.</summary>
    private void Close(string? anchor, long size, long length)
    {
        if (anchor is not null)
            anchors[anchor] = (size, length);
        if (open.TryPop(out var holder))
            open.Push(holder with { Nodes = holder.Nodes + size, Characters = holder.Characters + length, Children = holder.Children + 1 });
    }

    private void Alias(AnchorAlias alias)
    {
        var name = alias.Value.Value;
        if (open.Any(o => o.Anchor == name))
            throw Beyond(alias, $"the alias '*{name}' stands inside what it stands for");
        if (open.TryPeek(out var parent) && parent.IsMapping && parent.Children % 2 == 0 && anchors.TryGetValue(name, out var known) && known.Nodes > 1)
            throw Beyond(alias, "a key of a mapping is itself a mapping or list");
        // An unknown anchor is the YAML library's to report.
        var (size, length) = anchors.GetValueOrDefault(name, (1, 0));
        Add(alias, size, length);
        Close(null, size, length);
    }

    private void Add(ParsingEvent at, long size, long length)
    {
        nodes += size;
        characters += length;
        if (nodes > MostNodes)
            throw Beyond(at, $"with its aliases written out it has more than {MostNodes} values");
        if (characters > MostCharacters)
            throw Beyond(at, $"with its aliases written out it has more than {MostCharacters} characters");
    }

    private DiagnosticException Beyond(ParsingEvent at, string reason) => new(BenchmarkDiagnostics.BeyondLimit(path, at.Start.Line, at.Start.Column, reason));
}
