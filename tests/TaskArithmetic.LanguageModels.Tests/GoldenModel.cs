using System.Text.Json;
using TaskArithmetic.LanguageModels;
using TaskArithmetic.Safetensors;
using TaskArithmetic.TestSupport;
using TaskArithmetic.Torch.Tests;

namespace TaskArithmetic.LanguageModels.Tests;

/// <summary>One folder of golden/transformers under one of its two configurations.</summary>
internal sealed class GoldenModel : IDisposable
{
    private readonly TemporaryFolder folder = new();
    private readonly string source;

    public GoldenModel(string name, string configuration)
    {
        Name = $"{name} ({configuration})";
        source = SharedData.PathOf("golden", "transformers", name);
        File.Copy(Path.Combine(source, configuration), folder["config.json"]);
        foreach (var file in (string[])["generation_config.json", "model.safetensors"])
            File.CreateSymbolicLink(folder[file], Path.Combine(source, file));
        Expected = JsonDocument.Parse(File.ReadAllBytes(Path.Combine(source, "golden.json"))).RootElement;
        Tensors = new GoldenTensors(Path.Combine(source, "golden.safetensors"));
    }

    public string Name { get; }

    public JsonElement Expected { get; }

    public GoldenTensors Tensors { get; }

    public static IEnumerable<GoldenModel> All() =>
        Directory.EnumerateDirectories(SharedData.PathOf("golden", "transformers"))
            .Where(path => File.Exists(Path.Combine(path, "golden.json")))
            .Select(path => Path.GetFileName(path))
            .Order(StringComparer.Ordinal)
            .SelectMany(name => (GoldenModel[])[new(name, "config.json"), new(name, "config.v5.json")]);

    public CausalLanguageModel Load(DType dtype = DType.F32) => CausalLanguageModel.Load(folder.Path, LoadedLibtorch.Instance, dtype);

    public static int[] Ids(JsonElement json) => [.. json.EnumerateArray().Select(id => id.GetInt32())];

    public void Dispose() => folder.Dispose();
}
