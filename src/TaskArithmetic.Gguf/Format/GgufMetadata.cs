using System.Text;

namespace TaskArithmetic.Gguf.Format;

/// <summary>
/// The keys of a GGUF file in the order in which they were added, as the bytes that version 3 gives them: little-endian, texts with a
/// 64-bit length, lists with the type of their entries. Source: ggml's docs/gguf.md.
/// </summary>
internal sealed class GgufMetadata
{
    private const uint UnsignedKind = 4;
    private const uint SignedKind = 5;
    private const uint SingleKind = 6;
    private const uint BooleanKind = 7;
    private const uint TextKind = 8;
    private const uint ListKind = 9;

    private readonly MemoryStream bytes = new();
    private readonly BinaryWriter writer;

    public GgufMetadata() => writer = new BinaryWriter(bytes, Encoding.UTF8);

    /// <summary>Number of keys.</summary>
    public long Count { get; private set; }

    /// <summary>Keys and values.</summary>
    public ReadOnlyMemory<byte> Bytes => bytes.GetBuffer().AsMemory(0, (int)bytes.Length);

    public void Add(string key, int value)
    {
        Begin(key, UnsignedKind);
        writer.Write((uint)value);
    }

    public void Add(string key, double value)
    {
        Begin(key, SingleKind);
        writer.Write((float)value);
    }

    public void Add(string key, bool value)
    {
        Begin(key, BooleanKind);
        writer.Write(value);
    }

    public void Add(string key, string value)
    {
        Begin(key, TextKind);
        WriteText(writer, value);
    }

    public void Add(string key, IReadOnlyCollection<string> values) => AddList(key, TextKind, values, value => WriteText(writer, value));

    public void Add(string key, IReadOnlyCollection<int> values) => AddList(key, SignedKind, values, writer.Write);

    public void Add(string key, IReadOnlyCollection<float> values) => AddList(key, SingleKind, values, writer.Write);

    public void Add(string key, IReadOnlyCollection<bool> values) => AddList(key, BooleanKind, values, writer.Write);

    /// <summary>A text as the format stores it, which is UTF-8 after its length in bytes.</summary>
    public static void WriteText(BinaryWriter writer, string text)
    {
        var utf8 = Encoding.UTF8.GetBytes(text);
        writer.Write((ulong)utf8.Length);
        writer.Write(utf8);
    }

    private void AddList<T>(string key, uint kind, IReadOnlyCollection<T> values, Action<T> write)
    {
        Begin(key, ListKind);
        writer.Write(kind);
        writer.Write((ulong)values.Count);
        foreach (var value in values)
            write(value);
    }

    private void Begin(string key, uint kind)
    {
        Count++;
        WriteText(writer, key);
        writer.Write(kind);
    }
}
