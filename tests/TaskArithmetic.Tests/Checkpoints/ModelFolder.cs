using System.Text.Json.Nodes;
using TaskArithmetic.Checkpoints;
using TaskArithmetic.Safetensors;

namespace TaskArithmetic.Tests.Checkpoints;

/// <summary>Model folders that tests write, copy, spoil and read back.</summary>
internal static class ModelFolder
{
    public const string Config = """{"model_type": "llama", "hidden_size": 4, "num_hidden_layers": 2, "torch_dtype": "bfloat16"}""";

    /// <summary>Writes one weight file and, unless it is null, config.json.</summary>
    public static string Write(string path, string? config, params IReadOnlyList<TestTensor> tensors)
    {
        Directory.CreateDirectory(path);
        if (config is not null)
            File.WriteAllText(Path.Combine(path, "config.json"), config);
        WriteFile(Path.Combine(path, "model.safetensors"), tensors);
        return path;
    }

    public static string WriteFile(string path, params IReadOnlyList<TestTensor> tensors)
    {
        var byName = tensors.ToDictionary(t => t.Name);
        SafetensorsWriter.WriteAll(path, SafetensorsLayout.Create(tensors.Select(t => (t.Name, t.DType, t.Shape))), info => byName[info.Name].Bytes);
        return path;
    }

    public static IReadOnlyList<TestTensor> Read(string path)
    {
        using var checkpoint = Checkpoint.Open(path);
        return [.. checkpoint.Tensors.Values.Select(TestTensor.Of).OrderBy(t => t.Name, StringComparer.Ordinal)];
    }

    public static string Copy(string source, string destination)
    {
        Directory.CreateDirectory(destination);
        foreach (var file in Directory.EnumerateFiles(source))
            File.Copy(file, Path.Combine(destination, Path.GetFileName(file)));
        return destination;
    }

    /// <summary>Copies a folder with its tensors changed; one weight file comes out.</summary>
    public static string CopyWith(string source, string destination, Func<IReadOnlyList<TestTensor>, IEnumerable<TestTensor>> change)
    {
        var tensors = Read(source);
        Copy(source, destination);
        foreach (var file in Directory.EnumerateFiles(destination, "*.safetensors*"))
            File.Delete(file);
        WriteFile(Path.Combine(destination, "model.safetensors"), [.. change(tensors)]);
        return destination;
    }

    public static void EditJson(string file, Action<JsonObject> edit)
    {
        var json = JsonNode.Parse(File.ReadAllText(file))!.AsObject();
        edit(json);
        File.WriteAllText(file, json.ToJsonString());
    }
}
