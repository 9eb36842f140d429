using System.Text.Json;
using System.Text.Unicode;
using TaskArithmetic.Diagnostics;

namespace TaskArithmetic.Safetensors;

/// <summary>
/// Reads and validates the JSON header of a safetensors file. Stricter than the reference implementation where
/// its own text is: duplicate names, entries written as arrays and leading white space are refused.
/// Source: the format section of huggingface/safetensors' README.
/// </summary>
internal ref struct SafetensorsHeaderParser
{
    private readonly string path;
    private readonly long dataLength;
    private Utf8JsonReader reader;
    private string? tensor;

    private SafetensorsHeaderParser(string path, ReadOnlySpan<byte> json, long dataLength)
    {
        this.path = path;
        this.dataLength = dataLength;
        reader = new Utf8JsonReader(json);
    }

    /// <summary>Parses a header.</summary>
    /// <param name="path">The file, for messages.</param>
    /// <param name="json">The header's bytes, after the eight that hold its length.</param>
    /// <param name="dataLength">Bytes that follow the header in the file.</param>
    public static SafetensorsHeader Parse(string path, ReadOnlySpan<byte> json, long dataLength)
    {
        if (json.IsEmpty || json[0] != (byte)'{')
            throw SafetensorsDiagnostics.Malformed(path, null, 8, "the header does not begin with '{'");
        if (!Utf8.IsValid(json))
            throw SafetensorsDiagnostics.Malformed(path, null, 8, "the header is not valid UTF-8");
        var parser = new SafetensorsHeaderParser(path, json, dataLength);
        try
        {
            return parser.ParseObject(8 + json.Length);
        }
        catch (JsonException e)
        {
            throw SafetensorsDiagnostics.Malformed(path, parser.tensor, 8 + parser.reader.BytesConsumed, $"the header is not the JSON of a safetensors file ({e.Message})", e);
        }
        catch (InvalidOperationException e)
        {
            // Utf8JsonReader.GetString: an escape that is no character, such as a lone surrogate.
            throw SafetensorsDiagnostics.Malformed(path, parser.tensor, 8 + parser.reader.TokenStartIndex, "a string of the header is not valid Unicode", e);
        }
    }

    private SafetensorsHeader ParseObject(long dataStart)
    {
        var tensors = new List<TensorInfo>();
        var names = new HashSet<string>(StringComparer.Ordinal);
        IReadOnlyDictionary<string, string> metadata = new Dictionary<string, string>();
        Require(JsonTokenType.StartObject, "an object");
        while (ReadPropertyOrEnd(out var name))
        {
            tensor = name;
            if (!names.Add(name))
                throw Malformed($"the name {JsonSerializer.Serialize(Listing.Short(name))} stands twice");
            if (name == "__metadata__")
                metadata = ParseMetadata();
            else
                tensors.Add(ParseTensor(name));
        }
        tensor = null;
        if (reader.Read())
            throw Malformed("something follows the JSON object");
        return new SafetensorsHeader(Lay(tensors), metadata, dataStart);
    }

    private Dictionary<string, string> ParseMetadata()
    {
        var metadata = new Dictionary<string, string>(StringComparer.Ordinal);
        reader.Read();
        if (reader.TokenType == JsonTokenType.Null)
            return metadata;
        Expect(JsonTokenType.StartObject, "__metadata__ must be an object");
        while (ReadPropertyOrEnd(out var key))
        {
            Require(JsonTokenType.String, $"metadata value of {JsonSerializer.Serialize(Listing.Short(key))} as a string");
            if (!metadata.TryAdd(key, reader.GetString()!))
                throw Malformed($"the metadata key {JsonSerializer.Serialize(Listing.Short(key))} stands twice");
        }
        return metadata;
    }

    private TensorInfo ParseTensor(string name)
    {
        Require(JsonTokenType.StartObject, "the entry of a tensor as an object");
        DType? dtype = null;
        List<ulong>? shape = null, offsets = null;
        while (ReadPropertyOrEnd(out var field))
        {
            var repeated = field switch
            {
                "dtype" => dtype is not null,
                "shape" => shape is not null,
                "data_offsets" => offsets is not null,
                _ => false,
            };
            if (repeated)
                throw Malformed($"the field {field} stands twice");
            switch (field)
            {
                case "dtype": dtype = ParseDType(); break;
                case "shape": shape = ParseNumbers(field); break;
                case "data_offsets": offsets = ParseNumbers(field); break;
                default: reader.Skip(); break;
            }
        }
        var missing = dtype is null ? "dtype" : shape is null ? "shape" : offsets is null ? "data_offsets" : null;
        if (missing is not null)
            throw Malformed($"the field {missing} is missing");
        return Validate(name, dtype!.Value, shape!, offsets!);
    }

    private DType ParseDType()
    {
        Require(JsonTokenType.String, "dtype as a string");
        var name = reader.GetString()!;
        return DTypes.TryParse(name, out var dtype) ? dtype : throw Malformed($"the dtype {JsonSerializer.Serialize(Listing.Short(name))} is unknown");
    }

    private List<ulong> ParseNumbers(string field)
    {
        Require(JsonTokenType.StartArray, $"{field} as an array");
        var numbers = new List<ulong>();
        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
        {
            Expect(JsonTokenType.Number, $"{field} must hold whole numbers from 0");
            // 4.0 and 4e0 are numbers of JSON but not whole numbers as the format writes them.
            if (reader.ValueSpan.IndexOfAnyExceptInRange((byte)'0', (byte)'9') >= 0 || !reader.TryGetUInt64(out var number))
                throw Malformed($"{field} must hold whole numbers from 0 below 2^64");
            numbers.Add(number);
        }
        return numbers;
    }

    private TensorInfo Validate(string name, DType dtype, List<ulong> shape, List<ulong> offsets)
    {
        if (offsets.Count != 2)
            throw Malformed($"data_offsets holds {offsets.Count} numbers instead of 2");
        if (offsets[0] > offsets[1] || offsets[1] > (ulong)dataLength)
            throw Malformed($"data_offsets [{offsets[0]}, {offsets[1]}] leave the {dataLength} bytes of data: the file is truncated or its header is wrong");
        ulong bits;
        try
        {
            bits = shape.Aggregate(1UL, (product, extent) => checked(product * extent));
            bits = checked(bits * (ulong)dtype.Bits());
        }
        catch (OverflowException)
        {
            throw Malformed($"shape {Listing.Short(TensorInfo.FormatShape(shape))} of {dtype.Name()} overflows 64 bits");
        }
        if (bits % 8 != 0)
            throw Malformed($"shape {Listing.Short(TensorInfo.FormatShape(shape))} of {dtype.Name()} is not a whole number of bytes");
        if (bits / 8 != offsets[1] - offsets[0])
            throw Malformed($"shape {Listing.Short(TensorInfo.FormatShape(shape))} of {dtype.Name()} needs {bits / 8} bytes, but data_offsets give {offsets[1] - offsets[0]}");
        return new TensorInfo(name, dtype, shape, (long)offsets[0], (long)offsets[1]);
    }

    /// <summary>Brings tensors into data order and refuses holes and overlaps: every byte belongs to one tensor.</summary>
    private readonly List<TensorInfo> Lay(List<TensorInfo> tensors)
    {
        var ordered = tensors.OrderBy(t => t.Begin).ThenBy(t => t.End).ToList();
        long end = 0;
        foreach (var info in ordered)
        {
            if (info.Begin != end)
                throw SafetensorsDiagnostics.Malformed(path, info.Name, 8, $"its data begin at {info.Begin}, but the tensor before ends at {end}: {(info.Begin > end ? "a hole" : "an overlap")}");
            end = info.End;
        }
        return end == dataLength
            ? ordered
            : throw SafetensorsDiagnostics.Malformed(path, null, end, $"the tensors take {end} bytes of data, but the file holds {dataLength}: it is truncated or has something appended");
    }

    private bool ReadPropertyOrEnd(out string name)
    {
        reader.Read();
        name = reader.TokenType == JsonTokenType.PropertyName ? reader.GetString()! : "";
        return reader.TokenType == JsonTokenType.PropertyName;
    }

    private void Require(JsonTokenType type, string what)
    {
        reader.Read();
        Expect(type, $"expected {what}, found {reader.TokenType}");
    }

    private readonly void Expect(JsonTokenType type, string otherwise)
    {
        if (reader.TokenType != type)
            throw Malformed(otherwise);
    }

    private readonly DiagnosticException Malformed(string reason) =>
        SafetensorsDiagnostics.Malformed(path, tensor, 8 + reader.TokenStartIndex, reason);
}
