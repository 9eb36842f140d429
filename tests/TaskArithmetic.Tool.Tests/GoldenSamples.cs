using System.IO.Compression;
using System.Text.Json;
using TaskArithmetic.TestSupport;

namespace TaskArithmetic.Tool.Tests;

/// <summary>A recorded run of lm-evaluation-harness: its arguments as ours, and its lines.</summary>
internal sealed class GoldenSamples
{
    private readonly string id;
    private readonly string[] recorded;

    public GoldenSamples(string id)
    {
        this.id = id;
        using var manifest = JsonDocument.Parse(File.ReadAllText(SharedData.PathOf("golden", "lm-eval", "manifest.json")));
        recorded = [.. manifest.RootElement.GetProperty("runs").EnumerateArray().Single(r => r.GetProperty("id").GetString() == id)
            .GetProperty("argv").EnumerateArray().Select(a => a.GetString()!)];
    }

    public string Model => SharedData.PathOf(["models", .. After("--model_args").Split(',')[0]["pretrained=models/".Length..].Split("--")]);

    /// <summary>The call of <c>eval</c> that means the same.</summary>
    public string[] Call(string output)
    {
        var call = new List<string> { "eval", Model, "--data", SharedData.PathOf("data"), "--device", "cpu", "--output", output };
        call.AddRange(["--include-path", SharedData.PathOf("golden", "lm-eval", "tasks"), "--include-path", SharedData.PathOf("models", "tiny-reasoner", "benchmark")]);
        foreach (var task in After("--tasks").Split(','))
            call.AddRange(["--benchmark", task]);
        foreach (var name in (string[])["--limit", "--samples", "--num_fewshot", "--gen_kwargs", "--seed", "--system_instruction", "--fewshot_as_multiturn"])
        {
            if (recorded.Contains(name))
                call.AddRange([name.Replace('_', '-'), After(name)]);
        }
        if (recorded.Contains("--apply_chat_template"))
            call.Add("--apply-chat-template");
        return [.. call];
    }

    /// <summary>The recorded lines of each task.</summary>
    public IEnumerable<(string Task, IReadOnlyList<JsonElement> Lines)> Lines()
    {
        foreach (var file in Directory.EnumerateFiles(SharedData.PathOf("golden", "lm-eval", id), "samples_*").Order(StringComparer.Ordinal))
        {
            using Stream raw = File.OpenRead(file);
            using var reader = new StreamReader(file.EndsWith(".gz", StringComparison.Ordinal) ? new GZipStream(raw, CompressionMode.Decompress) : raw);
            yield return (Path.GetFileName(file)["samples_".Length..].Split('.')[0], Parse(reader.ReadToEnd()));
        }
    }

    /// <summary>The lines that the tool wrote for a task.</summary>
    public static IReadOnlyList<JsonElement> Written(string output, string task)
    {
        // One more underscore begins the time; a task's own name may hold some.
        var file = Directory.EnumerateFiles(output, $"samples_{task}_2*.jsonl", SearchOption.AllDirectories).Order(StringComparer.Ordinal).Last();
        return Parse(File.ReadAllText(file));
    }

    private string After(string option) => recorded[Array.IndexOf(recorded, option) + 1];

    private static List<JsonElement> Parse(string lines) => [.. lines.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(l => JsonDocument.Parse(l).RootElement)];
}
