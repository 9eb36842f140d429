using System.Buffers;
using System.Buffers.Binary;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace TaskArithmetic.Safetensors;

/// <summary>
/// Where every tensor of a file to be written will lie, and the bytes in front of them. Tensors are laid out as the
/// reference writer does: widest dtype first, then by the UTF-8 bytes of the name; the header is padded with spaces so
/// that the data begin at a multiple of 8, hence each tensor at a multiple of its own width.
/// </summary>
public sealed class SafetensorsLayout
{
    private static readonly JsonWriterOptions HeaderOptions = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private SafetensorsLayout(SafetensorsHeader header, byte[] prefix)
    {
        Header = header;
        Prefix = prefix;
    }

    /// <summary>The header as a reader will see it.</summary>
    public SafetensorsHeader Header { get; }

    /// <summary>All bytes before the data: the header's length, its JSON and its padding.</summary>
    public ReadOnlyMemory<byte> Prefix { get; }

    /// <summary>Length of the whole file in bytes.</summary>
    public long FileLength => Prefix.Length + (Header.Tensors.Count == 0 ? 0 : Header.Tensors[^1].End);

    /// <summary>Lays out a file.</summary>
    /// <param name="tensors">Name, dtype and shape of each tensor; names must differ.</param>
    /// <param name="metadata">Entries of <c>__metadata__</c>; <c>format: pt</c> is added, as readers expect.</param>
    public static SafetensorsLayout Create(
        IEnumerable<(string Name, DType DType, IReadOnlyList<ulong> Shape)> tensors,
        IReadOnlyDictionary<string, string>? metadata = null)
    {
        var entries = new SortedDictionary<string, string>(StringComparer.Ordinal) { ["format"] = "pt" };
        foreach (var (key, value) in metadata ?? new Dictionary<string, string>())
            entries[key] = value;

        long end = 0;
        var infos = tensors
            .OrderByDescending(t => t.DType)
            .ThenBy(t => Encoding.UTF8.GetBytes(t.Name), Comparer<byte[]>.Create((a, b) => a.AsSpan().SequenceCompareTo(b)))
            .Select(t =>
            {
                var begin = end;
                end = checked(begin + ByteLength(t.DType, t.Shape));
                return new TensorInfo(t.Name, t.DType, t.Shape, begin, end);
            })
            .ToList();
        var prefix = WritePrefix(infos, entries);
        return new SafetensorsLayout(new SafetensorsHeader(infos, entries, prefix.Length), prefix);
    }

    /// <summary>Bytes that a tensor of this dtype and shape takes.</summary>
    public static long ByteLength(DType dtype, IReadOnlyList<ulong> shape) =>
        checked((long)(shape.Aggregate(1UL, (product, extent) => product * extent) * (ulong)dtype.Bits() / 8));

    private static byte[] WritePrefix(List<TensorInfo> tensors, SortedDictionary<string, string> metadata)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(buffer, HeaderOptions))
        {
            json.WriteStartObject();
            json.WriteStartObject("__metadata__");
            foreach (var (key, value) in metadata)
                json.WriteString(key, value);
            json.WriteEndObject();
            foreach (var tensor in tensors)
                WriteTensor(json, tensor);
            json.WriteEndObject();
        }
        var padded = (buffer.WrittenCount + 7) / 8 * 8;
        var prefix = new byte[8 + padded];
        BinaryPrimitives.WriteInt64LittleEndian(prefix, padded);
        buffer.WrittenSpan.CopyTo(prefix.AsSpan(8));
        prefix.AsSpan(8 + buffer.WrittenCount).Fill((byte)' ');
        return prefix;
    }

    private static void WriteTensor(Utf8JsonWriter json, TensorInfo tensor)
    {
        json.WriteStartObject(tensor.Name);
        json.WriteString("dtype", tensor.DType.Name());
        json.WriteStartArray("shape");
        foreach (var extent in tensor.Shape)
            json.WriteNumberValue(extent);
        json.WriteEndArray();
        json.WriteStartArray("data_offsets");
        json.WriteNumberValue(tensor.Begin);
        json.WriteNumberValue(tensor.End);
        json.WriteEndArray();
        json.WriteEndObject();
    }
}
