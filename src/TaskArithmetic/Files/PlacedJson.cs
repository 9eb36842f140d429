using System.Runtime.InteropServices;
using System.Text;
using System.Text.Json;
using TaskArithmetic.Diagnostics;

namespace TaskArithmetic.Files;

/// <summary>
/// A value in a JSON file that knows where it stands, so that a finding can name line and path. Its bytes are found in the file's, since
/// the document keeps them as they are: nothing is stored for a value that nobody asks about.
/// </summary>
internal sealed class PlacedJson
{
    private readonly Source source;
    private readonly PlacedJson? parent;
    private readonly string step;

    private PlacedJson(Source source, PlacedJson? parent, string step, JsonElement value)
    {
        this.source = source;
        this.parent = parent;
        this.step = step;
        Value = value;
    }

    /// <summary>The value.</summary>
    public JsonElement Value { get; }

    /// <summary>What it is.</summary>
    public JsonValueKind Kind => Value.ValueKind;

    /// <summary>The file as it was named.</summary>
    public string File => source.Name;

    /// <summary>First byte of the value in the file.</summary>
    public long Offset => source.Utf8.Span.Overlaps(JsonMarshal.GetRawUtf8Value(Value), out var at) ? at : 0;

    /// <summary>Bytes that it takes in the file.</summary>
    public long Length => JsonMarshal.GetRawUtf8Value(Value).Length;

    /// <summary>Line of its first byte, from 1.</summary>
    public int Line => source.Utf8.Span[..(int)Offset].Count((byte)'\n') + 1;

    /// <summary>Its path from the root, such as <c>$.inputs[0].density</c>.</summary>
    public string Path => parent is null ? "$" : parent.Path + step;

    /// <summary>File, line and path, as findings begin: <c>recipe.json:4: $.inputs[0].density</c>.</summary>
    public string Where => $"{File}:{Line}: {Printable.Start(Path)}";

    /// <summary>The root of a file's JSON.</summary>
    /// <param name="utf8">The file's bytes; a byte order mark is accepted.</param>
    /// <param name="name">The file as findings name it.</param>
    /// <exception cref="JsonException">It is not JSON.</exception>
    /// <exception cref="IOException">A string in it is no Unicode.</exception>
    public static PlacedJson Parse(ReadOnlyMemory<byte> utf8, string name)
    {
        if (utf8.Span.StartsWith(Encoding.UTF8.Preamble))
            utf8 = utf8[Encoding.UTF8.Preamble.Length..];
        return new(new Source(utf8, name), null, "", JsonFile.Parse(utf8).RootElement);
    }

    /// <summary>The members of an object, in the file's order; a name may stand twice.</summary>
    public IEnumerable<(string Name, PlacedJson Value)> Members() =>
        Value.EnumerateObject().Select(p => (p.Name, new PlacedJson(source, this, Step(p.Name), p.Value)));

    /// <summary>The last member of this name, or null.</summary>
    public PlacedJson? Member(string name) =>
        Kind == JsonValueKind.Object && Value.TryGetProperty(name, out var value) ? new PlacedJson(source, this, Step(name), value) : null;

    /// <summary>The elements of an array.</summary>
    public IEnumerable<PlacedJson> Elements() =>
        Value.EnumerateArray().Select((e, i) => new PlacedJson(source, this, $"[{i}]", e));

    private static string Step(string name) =>
        name.Length > 0 && name.All(c => char.IsAsciiLetterOrDigit(c) || c is '_' or '$') ? "." + name : $"['{Printable.Start(name)}']";

    private sealed record Source(ReadOnlyMemory<byte> Utf8, string Name);
}
