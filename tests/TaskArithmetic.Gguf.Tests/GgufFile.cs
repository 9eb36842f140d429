using System.Text;

namespace TaskArithmetic.Gguf.Tests;

/// <summary>A GGUF file as its specification describes it, read without any of the product's code.</summary>
internal sealed class GgufFile
{
    private readonly BinaryReader reader;
    private readonly byte[] bytes;

    public GgufFile(string path)
    {
        bytes = File.ReadAllBytes(path);
        reader = new BinaryReader(new MemoryStream(bytes));
        Magic = Encoding.ASCII.GetString(reader.ReadBytes(4));
        Version = reader.ReadUInt32();
        var (tensors, keys) = (reader.ReadUInt64(), reader.ReadUInt64());
        for (ulong i = 0; i < keys; i++)
            Keys.Add(Text(), Value(reader.ReadUInt32()));
        for (ulong i = 0; i < tensors; i++)
            Tensors.Add(Text(), ([.. Enumerable.Range(0, (int)reader.ReadUInt32()).Select(_ => (long)reader.ReadUInt64())], reader.ReadUInt32(), (long)reader.ReadUInt64()));
        Data = (reader.BaseStream.Position + 31) / 32 * 32;
    }

    public string Magic { get; }

    public uint Version { get; }

    public Dictionary<string, object> Keys { get; } = [];

    /// <summary>Extents, innermost first; type; place in the data.</summary>
    public Dictionary<string, (long[] Extents, uint Type, long Offset)> Tensors { get; } = [];

    public long Data { get; }

    public long Length => bytes.Length;

    public static long BytesOf(long[] extents, uint type) => extents.Aggregate((a, b) => a * b) * type switch { 0 => 128, 1 or 30 => 64, 8 => 34, _ => throw new InvalidDataException($"type {type}") } / 32;

    public ReadOnlySpan<byte> BytesOf(string tensor) =>
        bytes.AsSpan((int)(Data + Tensors[tensor].Offset), (int)BytesOf(Tensors[tensor].Extents, Tensors[tensor].Type));

    private string Text() => Encoding.UTF8.GetString(reader.ReadBytes((int)reader.ReadUInt64()));

    private object Value(uint kind) => kind switch
    {
        4 => reader.ReadUInt32(),
        5 => reader.ReadInt32(),
        6 => reader.ReadSingle(),
        7 => reader.ReadBoolean(),
        8 => Text(),
        9 => List(reader.ReadUInt32(), reader.ReadUInt64()),
        _ => throw new InvalidDataException($"a value of kind {kind}"),
    };

    private object[] List(uint kind, ulong count) => [.. Enumerable.Range(0, (int)count).Select(_ => Value(kind))];
}
