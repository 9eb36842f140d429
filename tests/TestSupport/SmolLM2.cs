using System.Buffers.Binary;
using System.IO.Compression;
using System.Security.Cryptography;
using System.Text;

namespace TaskArithmetic.TestSupport;

/// <summary>
/// SmolLM2-135M-Instruct as a Hugging Face folder, derived from the shared 4-bit GGUF by the steps of that model's
/// README: dequantised, query and key rows put back in half-split order, rounded to bfloat16, and checked against the
/// SHA-256 that README states. 269 MB, made once into the machine's temporary folder and used by all test runs.
/// </summary>
internal static class SmolLM2
{
    public const string SharedPath = "models/smollm2-135m-instruct-q4_1";

    private const string ExpectedDigest = "7ef915c9bf9d94d8d70211970476878352a5b95855c589ae987916d7a455242b";
    private const int HeadSize = 64;

    private static readonly Lazy<string> Derived = new(Derive);

    private enum WeightKind
    {
        F32 = 0,
        Q4_1 = 3,
        Q8_0 = 8,
    }

    /// <summary>The model folder.</summary>
    public static string Folder => Derived.Value;

    private static string Derive()
    {
        var target = Path.Combine(Path.GetTempPath(), "taskarithmetic-tests", $"smollm2-{ExpectedDigest[..12]}");
        if (Directory.Exists(target))
            return target;
        var building = $"{target}.{Guid.NewGuid():N}";
        Directory.CreateDirectory(building);
        try
        {
            WriteWeights(Path.Combine(building, "model.safetensors"));
            CopyConfiguration(building);
            Directory.Move(building, target);
        }
        catch (IOException) when (Directory.Exists(target))
        {
            // Another test process was first.
            Directory.Delete(building, recursive: true);
        }
        return target;
    }

    private static void CopyConfiguration(string folder)
    {
        foreach (var file in (string[])["config.json", "generation_config.json", "tokenizer_config.json"])
            File.WriteAllBytes(Path.Combine(folder, file), File.ReadAllBytes(Source(file)));
        using var zipped = new GZipStream(File.OpenRead(Source("tokenizer.json.gz")), CompressionMode.Decompress);
        using var tokenizer = File.Create(Path.Combine(folder, "tokenizer.json"));
        zipped.CopyTo(tokenizer);
    }

    private static string Source(string file) => SharedData.PathOf(SharedPath, file);

    private static void WriteWeights(string path)
    {
        var gguf = File.ReadAllBytes(Source("SmolLM2-135M-Instruct.Q4_1.gguf"));
        var tensors = new GgufReader(gguf).Tensors().OrderBy(tensor => tensor.Name, StringComparer.Ordinal).ToList();
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        using var file = File.Create(path);
        void Write(ReadOnlySpan<byte> bytes)
        {
            hash.AppendData(bytes);
            file.Write(bytes);
        }

        Write(Header(tensors));
        foreach (var tensor in tensors)
            Write(ToBFloat16(tensor, gguf));
        var digest = Convert.ToHexStringLower(hash.GetHashAndReset());
        if (digest != ExpectedDigest)
            throw new InvalidDataException($"The derived model.safetensors has the SHA-256 {digest} instead of {ExpectedDigest}.");
    }

    private static byte[] Header(IReadOnlyList<GgufTensor> tensors)
    {
        var json = new StringBuilder("""{"__metadata__":{"format":"pt"}""");
        var offset = 0L;
        foreach (var tensor in tensors)
        {
            var end = offset + 2L * tensor.Rows * tensor.Columns;
            var shape = tensor.IsVector ? $"{tensor.Columns}" : $"{tensor.Rows},{tensor.Columns}";
            json.Append($$""","{{tensor.Name}}":{"dtype":"BF16","shape":[{{shape}}],"data_offsets":[{{offset}},{{end}}]}""");
            offset = end;
        }
        json.Append('}').Append(' ', (8 - json.Length % 8) % 8);
        var header = new byte[8 + json.Length];
        BinaryPrimitives.WriteInt64LittleEndian(header, json.Length);
        Encoding.ASCII.GetBytes(json.ToString(), header.AsSpan(8));
        return header;
    }

    private static byte[] ToBFloat16(GgufTensor tensor, byte[] gguf)
    {
        var result = new byte[2L * tensor.Rows * tensor.Columns];
        var row = new float[tensor.Columns];
        var interleaved = tensor.Name.Contains(".q_proj.", StringComparison.Ordinal) || tensor.Name.Contains(".k_proj.", StringComparison.Ordinal);
        for (var target = 0; target < tensor.Rows; target++)
        {
            Dequantise(tensor, gguf, interleaved ? InterleavedRow(target) : target, row);
            for (var i = 0; i < row.Length; i++)
                BinaryPrimitives.WriteUInt16LittleEndian(result.AsSpan(2 * (target * tensor.Columns + i)), Round(row[i]));
        }
        return result;
    }

    /// <summary>Within a head, row s·32 + i was stored as row 2i + s.</summary>
    private static int InterleavedRow(int row)
    {
        var (head, inHead) = Math.DivRem(row, HeadSize);
        var (half, i) = Math.DivRem(inHead, HeadSize / 2);
        return head * HeadSize + 2 * i + half;
    }

    private static void Dequantise(GgufTensor tensor, byte[] gguf, int row, float[] values)
    {
        const int Block = 32;
        var bytes = gguf.AsSpan(checked((int)tensor.Offset));
        for (var start = 0; start < values.Length; start += Block)
        {
            var block = (row * tensor.Columns + start) / Block;
            switch (tensor.Kind)
            {
                case WeightKind.F32:
                    for (var i = 0; i < Block; i++)
                        values[start + i] = BinaryPrimitives.ReadSingleLittleEndian(bytes[(4 * (block * Block + i))..]);
                    break;
                case WeightKind.Q8_0:
                    var eights = bytes.Slice(34 * block, 34);
                    for (var i = 0; i < Block; i++)
                        values[start + i] = (float)BinaryPrimitives.ReadHalfLittleEndian(eights) * (sbyte)eights[2 + i];
                    break;
                case WeightKind.Q4_1:
                    var fours = bytes.Slice(20 * block, 20);
                    float scale = (float)BinaryPrimitives.ReadHalfLittleEndian(fours), minimum = (float)BinaryPrimitives.ReadHalfLittleEndian(fours[2..]);
                    for (var i = 0; i < Block; i++)
                    {
                        var product = scale * (i < 16 ? fours[4 + i] & 15 : fours[4 + i - 16] >> 4);
                        values[start + i] = product + minimum;
                    }
                    break;
                default:
                    throw new InvalidDataException($"{tensor.Name} is of the unknown kind {tensor.Kind}.");
            }
        }
    }

    private static ushort Round(float value)
    {
        var bits = BitConverter.SingleToUInt32Bits(value);
        return (ushort)((bits + 0x7FFF + ((bits >> 16) & 1)) >> 16);
    }

    /// <param name="Name">The name in a Hugging Face checkpoint.</param>
    private sealed record GgufTensor(string Name, bool IsVector, int Rows, int Columns, WeightKind Kind, long Offset);

    /// <summary>Reads the head of a GGUF version 3 file: key/values, then tensor descriptions, then padding to 32 bytes.</summary>
    private sealed class GgufReader(byte[] file)
    {
        private int position;

        public List<GgufTensor> Tensors()
        {
            if (Number(4) != 0x46554747 || Number(4) != 3)
                throw new InvalidDataException("The file is no GGUF version 3.");
            var count = Number(8);
            for (var keys = Number(8); keys > 0; keys--)
            {
                Text();
                SkipValue(Number(4));
            }
            var tensors = Enumerable.Range(0, (int)count).Select(_ => Describe()).ToList();
            var data = (position + 31) / 32 * 32;
            return [.. tensors.Select(tensor => tensor with { Offset = tensor.Offset + data })];
        }

        private GgufTensor Describe()
        {
            var name = Text();
            // Extents come with the fastest first.
            var extents = Enumerable.Range(0, (int)Number(4)).Select(_ => (int)Number(8)).ToArray();
            return new(HuggingFaceName(name), extents.Length == 1, extents.Length == 1 ? 1 : extents[1], extents[0], (WeightKind)Number(4), Number(8));
        }

        private static string HuggingFaceName(string name)
        {
            var parts = name.Split('.');
            return parts[0] switch
            {
                "token_embd" => "model.embed_tokens.weight",
                "output_norm" => "model.norm.weight",
                _ => $"model.layers.{parts[1]}.{HuggingFacePart(parts[2])}.weight",
            };
        }

        private static string HuggingFacePart(string part) => part switch
        {
            "attn_norm" => "input_layernorm",
            "ffn_norm" => "post_attention_layernorm",
            "attn_output" => "self_attn.o_proj",
            _ when part.StartsWith("attn_", StringComparison.Ordinal) => $"self_attn.{part[5..]}_proj",
            _ => $"mlp.{part[4..]}_proj",
        };

        private long Number(int bytes)
        {
            Span<byte> wide = stackalloc byte[8];
            file.AsSpan(position, bytes).CopyTo(wide);
            position += bytes;
            return BinaryPrimitives.ReadInt64LittleEndian(wide);
        }

        private string Text()
        {
            var length = (int)Number(8);
            position += length;
            return Encoding.UTF8.GetString(file, position - length, length);
        }

        private void SkipValue(long type)
        {
            const int TextType = 8, ListType = 9;
            switch (type)
            {
                case TextType:
                    Text();
                    break;
                case ListType:
                    var itemType = Number(4);
                    for (var items = Number(8); items > 0; items--)
                        SkipValue(itemType);
                    break;
                default:
                    position += type switch { 0 or 1 or 7 => 1, 2 or 3 => 2, 4 or 5 or 6 => 4, _ => 8 };
                    break;
            }
        }
    }
}
