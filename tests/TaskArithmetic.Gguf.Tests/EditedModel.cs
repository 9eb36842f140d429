using System.Text.Json.Nodes;
using TaskArithmetic.TestSupport;

namespace TaskArithmetic.Gguf.Tests;

/// <summary>A copy of a shared model, to be changed.</summary>
internal sealed class EditedModel : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public EditedModel(params string[] name)
    {
        foreach (var file in Directory.GetFiles(SharedData.PathOf(["models", .. name])))
            File.WriteAllBytes(folder[System.IO.Path.GetFileName(file)], File.ReadAllBytes(file));
        Config = JsonNode.Parse(File.ReadAllText(folder["config.json"]))!.AsObject();
        Tokenizer = JsonNode.Parse(File.ReadAllText(folder["tokenizer.json"]))!.AsObject();
    }

    public JsonObject Config { get; }

    public JsonObject Tokenizer { get; }

    public string Path => folder.Path;

    public string this[string file] => folder[file];

    public void Save()
    {
        File.WriteAllText(folder["config.json"], Config.ToJsonString());
        File.WriteAllText(folder["tokenizer.json"], Tokenizer.ToJsonString());
    }

    public void Dispose() => folder.Dispose();
}
