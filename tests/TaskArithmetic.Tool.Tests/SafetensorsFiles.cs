using System.Buffers.Binary;
using System.Text.Json;

namespace TaskArithmetic.Tool.Tests;

/// <summary>Writes small safetensors files with names of any kind.</summary>
internal static class SafetensorsFiles
{
    /// <summary>A file of float32 vectors with four elements each.</summary>
    public static string Write(string path, IReadOnlyDictionary<string, string> metadata, params IReadOnlyList<string> names)
    {
        var header = new Dictionary<string, object> { ["__metadata__"] = metadata };
        for (var i = 0; i < names.Count; i++)
            header[names[i]] = new { dtype = "F32", shape = (int[])[4], data_offsets = (int[])[i * 16, (i + 1) * 16] };
        var json = JsonSerializer.SerializeToUtf8Bytes(header);
        using var file = File.Create(path);
        Span<byte> length = stackalloc byte[8];
        BinaryPrimitives.WriteInt64LittleEndian(length, json.Length);
        file.Write(length);
        file.Write(json);
        var random = new Random(path.Length);
        for (var i = 0; i < names.Count * 4; i++)
            file.Write(BitConverter.GetBytes(random.NextSingle() - 0.5f));
        return path;
    }
}
