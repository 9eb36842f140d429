using System.IO.Compression;
using System.Text.Json;
using TaskArithmetic.Evaluation.Catalog;
using TaskArithmetic.Evaluation.Data;
using TaskArithmetic.Evaluation.Engines;
using TaskArithmetic.Evaluation.Execution;
using TaskArithmetic.Evaluation.Running;
using TaskArithmetic.TestSupport;
using TaskArithmetic.Text.ChatTemplates;
using TaskArithmetic.Text.Jinja;
using TaskArithmetic.Text.Python;

namespace TaskArithmetic.Evaluation.Tests.Running;

/// <summary>One recorded run of lm-evaluation-harness: its arguments, its lines, its results, and the run repeated here on the recorded answers.</summary>
internal sealed class GoldenRun
{
    private GoldenRun(string id, string[] arguments, bool isOk)
    {
        Id = id;
        Arguments = arguments;
        IsOk = isOk;
    }

    public string Id { get; }

    public string[] Arguments { get; }

    public bool IsOk { get; }

    public static IReadOnlyList<GoldenRun> All()
    {
        using var manifest = JsonDocument.Parse(File.ReadAllText(SharedData.PathOf("golden", "lm-eval", "manifest.json")));
        return [.. manifest.RootElement.GetProperty("runs").EnumerateArray().Select(r => new GoldenRun(
            r.GetProperty("id").GetString()!, [.. r.GetProperty("argv").EnumerateArray().Select(a => a.GetString()!)], r.GetProperty("ok").GetBoolean()))];
    }

    /// <summary>The model as the arguments name it, such as <c>family--add</c>; with an adapter <c>stories260K+family--sort-lora</c>.</summary>
    public string ModelName => string.Join('+', ModelArguments.Where(a => a[0] is "pretrained" or "peft").Select(a => a[1]["models/".Length..]));

    public string[] TaskNames => Option("--tasks")!.Split(',');

    public PythonDictionary Results => (PythonDictionary)Json(File.ReadAllText(PathOf("results.json")));

    public string Table => File.ReadAllText(PathOf("table.md"));

    public BenchmarkRunOptions Options => new()
    {
        Limit = Option("--limit") is { } limit ? double.Parse(limit, System.Globalization.CultureInfo.InvariantCulture) : null,
        Samples = Option("--samples") is { } samples ? JsonSerializer.Deserialize<Dictionary<string, int[]>>(samples)!.ToDictionary(s => s.Key, s => (IReadOnlyList<int>)s.Value) : null,
        NumFewshot = Option("--num_fewshot") is { } shots ? int.Parse(shots, System.Globalization.CultureInfo.InvariantCulture) : null,
        GenerationOverrides = GenerationArguments.Parse(Option("--gen_kwargs") ?? ""),
        FewshotSeed = Option("--seed") is { } seeds ? long.Parse(seeds.Split(',')[3], System.Globalization.CultureInfo.InvariantCulture) : 1234,
        SystemInstruction = Option("--system_instruction"),
        ApplyChatTemplate = Arguments.Contains("--apply_chat_template"),
        FewshotAsMultiturn = Option("--fewshot_as_multiturn") is { } multiturn ? bool.Parse(multiturn) : null,
    };

    public static BenchmarkCatalog Catalog() =>
        BenchmarkCatalog.Load(SharedData.PathOf("golden", "lm-eval", "tasks"), SharedData.PathOf("models", "tiny-reasoner", "benchmark"));

    /// <summary>The folder layout of the recorded runs.</summary>
    public static void LayOut(TemporaryFolder folder)
    {
        Directory.CreateSymbolicLink(folder["own"], SharedData.PathOf("golden", "lm-eval", "tasks"));
        File.CreateSymbolicLink(folder["eval_sets.json"], SharedData.PathOf("models", "stories260K-family", "eval_sets.json"));
    }

    public IEnumerable<(string Task, PythonDictionary[] Lines)> Samples()
    {
        foreach (var file in Directory.EnumerateFiles(PathOf(), "samples_*").Order(StringComparer.Ordinal))
        {
            using Stream raw = File.OpenRead(file);
            using var reader = new StreamReader(file.EndsWith(".gz", StringComparison.Ordinal) ? new GZipStream(raw, CompressionMode.Decompress) : raw);
            var lines = reader.ReadToEnd().Split('\n', StringSplitOptions.RemoveEmptyEntries);
            yield return (Path.GetFileName(file)["samples_".Length..].Split('.')[0], [.. lines.Select(l => (PythonDictionary)Json(l))]);
        }
    }

    /// <summary>An engine that answers as the model of this run did.</summary>
    public ReplayEngine Engine()
    {
        var results = Results;
        var engine = new ReplayEngine
        {
            Identity = Id,
            MaxLength = (int)((PythonInteger)results.Find("max_length")!).Value,
            ChatTemplate = (messages, open) => Render(results.Find("chat_template")!.ToString(), messages, open),
        };
        foreach (var (task, lines) in Samples())
        {
            foreach (var line in lines)
                Record(engine, task, line);
        }
        return engine;
    }

    public Task<BenchmarkRunResult> RepeatAsync(
        BenchmarkCatalog catalog, string workingFolder, IEvaluationEngine engine, string? cache = null, IProgramExecutor? executor = null) =>
        new BenchmarkRunner(new DatasetStore(SharedData.PathOf("data"), workingFolder), workingFolder, cache, executor ?? new ScriptedExecutor(_ => false))
            .RunAsync(catalog.Select(TaskNames), engine, Options, null, CancellationToken.None);

    public static PythonValue Json(string text)
    {
        using var document = JsonDocument.Parse(text);
        return PythonValue.FromJson(document.RootElement);
    }

    public static string Render(string template, IReadOnlyList<ChatMessage> messages, bool open)
    {
        var parsed = JinjaTemplate.Parse(template, new JinjaOptions { TrimBlocks = true, LstripBlocks = true });
        var list = new PythonList(messages.Select(m => (PythonValue)new PythonDictionary([
            KeyValuePair.Create<string, PythonValue>("role", m.Role), KeyValuePair.Create<string, PythonValue>("content", m.Content)])));
        var text = parsed.Render([KeyValuePair.Create<string, PythonValue>("messages", list), KeyValuePair.Create<string, PythonValue>("add_generation_prompt", !open)]);
        return open ? text[..(text.LastIndexOf(messages[^1].Content, StringComparison.Ordinal) + messages[^1].Content.Length)] : text;
    }

    private static readonly Lazy<PythonDictionary[]> Sciq = new(() =>
        [.. File.ReadLines(SharedData.PathOf("data", "sciq", "test.jsonl")).Select(l => (PythonDictionary)Json(l))]);

    private void Record(ReplayEngine engine, string task, PythonDictionary line)
    {
        var hash = line.Find("prompt_hash")!.ToString();
        var responses = ((PythonList)line.Find("resps")!).Items.Cast<PythonList>().ToArray();
        if (responses[0].Items[0] is PythonString text && line.Find("word_perplexity") is null)
        {
            engine.Add(hash, text.Value);
            return;
        }
        if (responses[0].Items[0] is PythonString number)
        {
            engine.AddText(hash, double.Parse(number.Value, System.Globalization.CultureInfo.InvariantCulture));
            return;
        }
        for (var i = 0; i < responses.Length; i++)
        {
            var (context, continuation) = Argument(task, line, i, hash);
            var pair = (PythonList)responses[i].Items[0];
            engine.Add(context, continuation, double.Parse(pair.Items[0].ToString(), System.Globalization.CultureInfo.InvariantCulture), pair.Items[1].ToString() == "True");
        }
    }

    /// <summary>Context hash and continuation of a request; recorded runs leave the text of SciQ out, so there it comes from the data.</summary>
    private (string ContextHash, string Continuation) Argument(string task, PythonDictionary line, int index, string hash)
    {
        if (line.Find("arguments") is PythonDictionary arguments && arguments.Find($"gen_args_{index}") is PythonDictionary entry)
            return (entry.Find("arg_0") is PythonString context ? EngineCall.HashText(context.Value) : hash, entry.Find("arg_1")!.ToString());
        Microsoft.VisualStudio.TestTools.UnitTesting.Assert.AreEqual("sciq", task);
        var document = Sciq.Value[(int)((PythonInteger)(line.Find("row") ?? line.Find("doc_id")!)).Value];
        string[] columns = ["distractor1", "distractor2", "distractor3", "correct_answer"];
        return (hash, (Options.ApplyChatTemplate ? "" : " ") + document.Find(columns[index]));
    }

    private IEnumerable<string[]> ModelArguments => Option("--model_args")!.Split(',').Select(a => a.Split('=', 2));

    private string? Option(string name)
    {
        var at = Array.IndexOf(Arguments, name);
        return at < 0 ? null : Arguments[at + 1];
    }

    private string PathOf(params string[] parts) => SharedData.PathOf(["golden", "lm-eval", Id, .. parts]);
}
