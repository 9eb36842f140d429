using System.Text.Json;
using System.Text.Json.Nodes;
using TaskArithmetic.Safetensors;

namespace TaskArithmetic.Checkpoints;

/// <summary>The dtype fields of config.json, which nested configurations (text, vision, audio) repeat.</summary>
internal static class ConfigDTypes
{
    private static readonly string[] Fields = ["dtype", "torch_dtype"];

    /// <summary>Says another dtype everywhere where the configuration said the old one; a configuration that says none at all gets one at its top.</summary>
    /// <param name="config">The bytes of config.json.</param>
    /// <param name="old">Dtype of the weights it describes.</param>
    /// <param name="current">Dtype of the weights it is to describe.</param>
    /// <returns>The new bytes, and the paths of fields that named a third dtype and were left.</returns>
    public static (byte[] Config, IReadOnlyList<string> Left) Replace(byte[] config, DType old, DType current)
    {
        if (old == current || JsonNode.Parse(config) is not JsonObject root)
            return (config, []);
        var fields = FieldsIn(root, "").ToList();
        // The top field speaks for the file, also where it never agreed with the weights.
        var replaced = fields.Where(f => f.DType == old || f.Holder == root).ToList();
        foreach (var field in replaced)
            field.Holder[field.Name] = current.TorchName();
        if (fields.All(f => f.Holder != root))
            root["torch_dtype"] = current.TorchName();
        var left = fields.Except(replaced).Where(f => f.DType != current).Select(f => f.Path).ToList();
        return (Bytes(root), left);
    }

    /// <summary>Says <c>dtype</c> for <c>torch_dtype</c> at the top of the configuration, as transformers 5 writes it and with it mergekit 0.1.5.</summary>
    /// <param name="config">The bytes of config.json.</param>
    /// <returns>The same bytes where there is nothing to rename; where both names stand, the new one stays as it is.</returns>
    public static byte[] Renamed(byte[] config)
    {
        if (JsonNode.Parse(config) is not JsonObject root || !root.ContainsKey("torch_dtype"))
            return config;
        var value = root["torch_dtype"];
        if (root.ContainsKey("dtype"))
            root.Remove("torch_dtype");
        else
        {
            var at = root.IndexOf("torch_dtype");
            root.RemoveAt(at);
            root.Insert(at, "dtype", value);
        }
        return Bytes(root);
    }

    private static byte[] Bytes(JsonObject root) => [.. JsonSerializer.SerializeToUtf8Bytes(root, new JsonSerializerOptions { WriteIndented = true, NewLine = "\n" }), (byte)'\n'];

    private static IEnumerable<(JsonObject Holder, string Name, string Path, DType? DType)> FieldsIn(JsonNode? node, string path)
    {
        if (node is JsonArray array)
        {
            foreach (var field in array.SelectMany((item, i) => FieldsIn(item, $"{path}{i}.")))
                yield return field;
        }
        if (node is not JsonObject holder)
            yield break;
        foreach (var (name, value) in holder)
        {
            if (Fields.Contains(name) && value is JsonValue text && text.TryGetValue<string>(out var said))
                yield return (holder, name, path + name, DTypes.TryParseTorchName(said.Replace("torch.", "", StringComparison.Ordinal), out var dtype) ? dtype : null);
            else
            {
                foreach (var field in FieldsIn(value, $"{path}{name}."))
                    yield return field;
            }
        }
    }
}
