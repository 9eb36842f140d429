using System.Globalization;
using System.Reflection;
using System.Runtime.InteropServices;
using TaskArithmetic.Evaluation.Running;
using TaskArithmetic.Text.Python;
using TaskArithmetic.Text.Tokenizers;

namespace TaskArithmetic.Evaluation.Results;

/// <summary>The content of <c>results_*.json</c>, with lm-evaluation-harness's keys; ours stand together under <c>taskarithmetic</c>.</summary>
internal static class ResultsDocument
{
    /// <summary>The version of lm-evaluation-harness whose behaviour the parity profile reproduces.</summary>
    public const string HarnessVersion = "0.4.13";

    private static readonly string ToolVersion =
        typeof(ResultsDocument).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion ?? "unknown";

    public static PythonDictionary Of(BenchmarkRunResult run, ModelFacts model)
    {
        var options = run.Options;
        var document = new JsonEntries { ["results"] = Results(run) };
        if (run.Groups.Any(g => g.Scores.Count > 0))
            document["groups"] = Named(run.Groups.Where(g => g.Scores.Count > 0), g => g.Group.Name, GroupEntry);
        document["group_subtasks"] = Named(run.Groups, g => g.Group.Name, g => JsonEntries.Texts([.. g.Group.Tasks.Select(t => t.Name), .. g.Group.Groups.Select(i => i.Name)]));
        document["configs"] = Named(Sorted(run), t => t.Task.Name, t => TaskConfiguration.Of(t, model));
        document["versions"] = Versions(run);
        document["n-shot"] = Shots(run);
        document["higher_is_better"] = Directions(run);
        document["n-samples"] = Named(run.Tasks, t => t.Task.Name, t => new JsonEntries { ["original"] = t.OriginalCount, ["effective"] = t.Documents.Count });
        document["config"] = Configuration(options, model);
        document["date"] = run.Started.ToUnixTimeMilliseconds() / 1000.0;
        // No Git repository and no transformers took part.
        document["git_hash"] = null;
        document["pretty_env_info"] = $"{RuntimeInformation.FrameworkDescription} on {RuntimeInformation.OSDescription} ({RuntimeInformation.ProcessArchitecture})";
        document["transformers_version"] = null;
        document["lm_eval_version"] = HarnessVersion;
        document["upper_git_hash"] = null;
        var tokenizer = model.Tokenizer;
        // As lm-evaluation-harness fills a missing pad token.
        document["tokenizer_pad_token"] = tokenizer is null ? null : Token(tokenizer.PadToken ?? tokenizer.UnkToken ?? tokenizer.EosToken);
        document["tokenizer_eos_token"] = tokenizer is not null ? Token(tokenizer.EosToken) : run.EndOfSequenceText is { } end ? new PythonList([end, "None"]) : PythonNone.Instance;
        document["tokenizer_bos_token"] = tokenizer is null ? null : Token(tokenizer.BosToken);
        document["eot_token_id"] = tokenizer?.EosToken?.Id is { } endId ? endId : PythonNone.Instance;
        document["max_length"] = run.MaxLength;
        document["task_hashes"] = Named(run.Tasks, t => t.Task.Name, TaskHash);
        document["model_source"] = run.Engine;
        document["model_name"] = model.Name;
        document["model_name_sanitized"] = ResultsWriter.Sanitize(model.Name);
        document["system_instruction"] = options.SystemInstruction;
        document["system_instruction_sha"] = Digest(options.SystemInstruction);
        document["fewshot_as_multiturn"] = options.EffectiveMultiturn is { } multiturn ? multiturn : PythonNone.Instance;
        document["chat_template"] = options.UsesChatTemplate ? model.ChatTemplate : null;
        document["chat_template_sha"] = options.UsesChatTemplate ? Digest(model.ChatTemplate) : PythonNone.Instance;
        document["start_time"] = run.Started.ToUnixTimeMilliseconds() / 1000.0;
        document["end_time"] = (run.Started + run.Duration).ToUnixTimeMilliseconds() / 1000.0;
        document["total_evaluation_time_seconds"] = run.Duration.TotalSeconds.ToString("R", CultureInfo.InvariantCulture);
        document["taskarithmetic"] = Extras(run, model);
        return document.ToDictionary();
    }

    private static JsonEntries Results(BenchmarkRunResult run)
    {
        var results = Named(run.Tasks, t => t.Task.Name, TaskEntry);
        foreach (var group in run.Groups.Where(g => g.Scores.Count > 0))
            results[group.Group.Name] = GroupEntry(group);
        return results;
    }

    private static PythonValue TaskEntry(TaskResult task)
    {
        var entry = new JsonEntries { ["name"] = task.Task.Name, ["alias"] = task.Task.DisplayName, ["sample_len"] = task.Documents.Count };
        AddScores(entry, task.Scores);
        if (task.SkippedBecause is { } reason)
            entry["skipped"] = reason;
        return entry;
    }

    private static PythonValue GroupEntry(GroupResult group)
    {
        var entry = new JsonEntries { ["alias"] = group.Group.DisplayName, ["name"] = group.Group.Name, ["sample_len"] = group.SampleCount };
        AddScores(entry, group.Scores);
        entry["sample_count"] = Named(group.SampleCounts, c => c.Key, c => c.Value);
        return entry;
    }

    private static void AddScores(JsonEntries entry, IReadOnlyList<Score> scores)
    {
        foreach (var score in scores)
        {
            entry[score.Key] = score.Value;
            entry[$"{score.Metric}_stderr,{score.Filter}"] = JsonEntries.NumberOrNotAvailable(score.StandardError);
        }
    }

    private static JsonEntries Versions(BenchmarkRunResult run)
    {
        var versions = run.Tasks.Select(t => (t.Task.Name, Version: t.Task.Version ?? "Yaml"))
            .Concat(run.Groups.Select(g => (g.Group.Name, Version: (PythonValue)(g.Group.Version?.ToString() ?? "N/A"))));
        return Named(versions.OrderBy(v => v.Name, StringComparer.Ordinal), v => v.Name, v => v.Version);
    }

    private static JsonEntries Shots(BenchmarkRunResult run)
    {
        var shots = run.Tasks.Select(t => (t.Task.Name, Count: t.NumFewshot))
            .Concat(run.Groups.Where(g => g.Scores.Count > 0).Select(g => (g.Group.Name, Count: GroupShots(run, g))));
        return Named(shots.OrderBy(s => s.Name, StringComparer.Ordinal), s => s.Name, s => s.Count);
    }

    /// <summary>A group shows its tasks' number of shots, that of the first where they differ.</summary>
    internal static int GroupShots(BenchmarkRunResult run, GroupResult group)
    {
        var first = group.Group.AllTasks.FirstOrDefault()?.Name;
        return run.Tasks.FirstOrDefault(t => t.Task.Name == first)?.NumFewshot ?? 0;
    }

    private static JsonEntries Directions(BenchmarkRunResult run)
    {
        var directions = new SortedDictionary<string, PythonValue>(StringComparer.Ordinal);
        foreach (var task in run.Tasks)
            directions[task.Task.Name] = Named(task.HigherIsBetter, d => d.Key, d => d.Value);
        foreach (var group in run.Groups)
        {
            var metrics = run.Tasks.Where(t => group.Group.AllTasks.Any(g => g.Name == t.Task.Name)).SelectMany(t => t.HigherIsBetter).GroupBy(d => d.Key);
            directions[group.Group.Name] = Named(metrics, m => m.Key, m => m.Select(d => d.Value).Distinct().Count() == 1 ? m.First().Value : PythonNone.Instance);
        }
        return Named(directions, d => d.Key, d => d.Value);
    }

    private static JsonEntries Configuration(BenchmarkRunOptions options, ModelFacts model) => new()
    {
        ["model"] = "taskarithmetic",
        ["model_args"] = model.Arguments,
        ["model_num_parameters"] = model.Parameters is { } parameters ? parameters : null,
        ["model_dtype"] = model.DType is null ? null : $"torch.{model.DType}",
        ["model_revision"] = "main",
        ["model_sha"] = model.WeightsSha256 ?? "",
        ["batch_size"] = model.BatchSize,
        ["batch_sizes"] = new PythonList([]),
        ["device"] = model.Device,
        ["use_cache"] = null,
        ["limit"] = JsonEntries.NumberOrNull(options.Limit),
        ["bootstrap_iters"] = options.BootstrapIterations,
        ["gen_kwargs"] = options.GenerationOverrides,
        ["random_seed"] = 0,
        ["numpy_seed"] = 1234,
        ["torch_seed"] = options.GenerationSeed,
        ["fewshot_seed"] = options.FewshotSeed,
    };

    private static JsonEntries Extras(BenchmarkRunResult run, ModelFacts model)
    {
        var rates = run.Tasks.Select(t => KeyValuePair.Create(t.Task.Name, (PythonValue)new JsonEntries
        {
            ["prompts_cut"] = t.CutPrompts,
            ["truncation_rate"] = JsonEntries.NumberOrNull(t.TruncationRate),
            ["unparseable_rate"] = Named(t.Task.FilterList ?? [], f => f.Name, f => JsonEntries.NumberOrNull(t.UnparseableRate(f.Name))),
            ["mean_completion_tokens"] = JsonEntries.NumberOrNull(t.MeanCompletionTokens),
            ["primary"] = t.Primary?.Key,
        }));
        return new JsonEntries
        {
            ["tool_version"] = ToolVersion,
            ["profile"] = run.Options.Profile.ToString().ToLowerInvariant(),
            ["think"] = run.Options.Think,
            ["comparable_to_lm_eval"] = run.NotComparableBecause.Count == 0,
            ["not_comparable_because"] = JsonEntries.Texts(run.NotComparableBecause),
            ["engine"] = run.Engine,
            ["engine_identity"] = run.EngineIdentity,
            ["weights_sha256"] = model.WeightsSha256,
            ["template_date"] = run.Options.UsesChatTemplate ? model.TemplateDate?.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture) : null,
            ["program_executor"] = run.ProgramExecutor,
            ["tasks"] = new PythonDictionary(rates),
            ["warnings"] = JsonEntries.Texts(run.Warnings.Select(w => $"{w.Code}: {w.Message}")),
        };
    }

    /// <summary>A special token as lm-evaluation-harness writes it: its text and its id as text.</summary>
    private static PythonList Token(SpecialToken? token) =>
        new([token is null ? PythonNone.Instance : token.Text, token?.Id?.ToString(CultureInfo.InvariantCulture) ?? "None"]);

    /// <summary>SHA-256 over the hashes of all lines.</summary>
    private static PythonValue TaskHash(TaskResult task)
    {
        var documents = string.Concat(task.Documents.Select(d => d.DocHash + d.PromptHash + d.TargetHash));
        var filters = task.Documents.Count == 0 ? 0 : task.Documents[0].Filters.Count;
        return EngineCall.HashText(string.Concat(Enumerable.Repeat(documents, filters)));
    }

    private static PythonValue Digest(string? text) => text is null ? PythonNone.Instance : EngineCall.HashText(text);

    private static IEnumerable<TaskResult> Sorted(BenchmarkRunResult run) => run.Tasks.OrderBy(t => t.Task.Name, StringComparer.Ordinal);

    private static JsonEntries Named<T>(IEnumerable<T> items, Func<T, string> name, Func<T, PythonValue> value)
    {
        var entries = new JsonEntries();
        foreach (var item in items)
            entries[name(item)] = value(item);
        return entries;
    }
}
