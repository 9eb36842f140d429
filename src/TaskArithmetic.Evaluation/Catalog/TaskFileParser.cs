using TaskArithmetic.Diagnostics;
using TaskArithmetic.Evaluation.Benchmarks;
using TaskArithmetic.Evaluation.Filters;
using TaskArithmetic.Evaluation.Metrics;
using TaskArithmetic.Text.Python;

namespace TaskArithmetic.Evaluation.Catalog;

/// <summary>Turns the keys of a task file into a <see cref="BenchmarkTask"/> and reports every problem at once.</summary>
internal sealed class TaskFileParser(List<Diagnostic> problems)
{
    private const int MostRepeats = 10_000;
    private const int MostNameLength = 150;

    public static readonly string[] TaskKeys =
    [
        "task", "task_alias", "tag", "dataset_path", "dataset_name", "dataset_kwargs", "training_split", "validation_split",
        "test_split", "fewshot_split", "doc_to_text", "doc_to_target", "doc_to_choice", "unsafe_code", "description",
        "target_delimiter", "fewshot_delimiter", "fewshot_config", "num_fewshot", "metric_list", "output_type",
        "generation_kwargs", "repeats", "filter_list", "should_decontaminate", "doc_to_decontamination_query", "gen_prefix",
        "think_end_token", "metadata", "group", "group_alias", "include", "task_list",
    ];

    private static readonly string[] PythonKeys =
        ["process_docs", "process_results", "custom_dataset", "class", "doc_to_image", "doc_to_audio", "use_prompt"];

    private static readonly string[] FewshotKeys =
    [
        "sampler", "split", "fewshot_indices", "samples", "doc_to_text", "doc_to_choice", "doc_to_target", "gen_prefix",
        "fewshot_delimiter", "target_delimiter",
    ];

    /// <summary>The task of a file, or null with the problems reported.</summary>
    public BenchmarkTask? Parse(TaskFile file)
    {
        var before = problems.Count;
        var reader = new SettingReader(file.Settings, problems);
        reader.RefusePython(PythonKeys);
        reader.RefuseUnknown("a task", [.. TaskKeys, .. PythonKeys]);
        var outputType = reader.OneOf("output_type", OutputTypes.All);
        var task = new BenchmarkTask(
            Name: Required(reader, file, "task", reader.Text) ?? "",
            Alias: reader.Text("task_alias"),
            Tags: reader.Texts("tag") ?? [],
            Source: file.IsBuiltIn ? $"built-in {file.Path}" : file.Path,
            IsBuiltIn: file.IsBuiltIn,
            DatasetPath: Required(reader, file, "dataset_path", reader.Text) ?? "",
            DatasetName: reader.Text("dataset_name"),
            DatasetKwargs: reader.Mapping("dataset_kwargs"),
            TrainingSplit: reader.Text("training_split"),
            ValidationSplit: reader.Text("validation_split"),
            TestSplit: reader.Text("test_split"),
            DocToText: Required(reader, file, "doc_to_text", k => reader.Value(k, "a template, a column or a number", IsTextOrNumber)) ?? "",
            DocToTarget: Required(reader, file, "doc_to_target", k => reader.Value(k, "a template, a column, a number or a list", IsTarget)) ?? "",
            DocToChoice: Choices(reader),
            Description: reader.Text("description") ?? "",
            TargetDelimiter: reader.Text("target_delimiter") ?? " ",
            FewshotDelimiter: reader.Text("fewshot_delimiter") ?? "\n\n",
            GenPrefix: reader.Text("gen_prefix"),
            Fewshot: Fewshot(reader),
            NumFewshot: reader.Count("num_fewshot"),
            OutputType: outputType,
            GenerationKwargs: reader.Mapping("generation_kwargs"),
            ThinkEndToken: reader.Text("think_end_token"),
            Repeats: reader.Count("repeats") ?? 1,
            FilterList: Filters(reader, outputType),
            MetricList: Metrics(reader, outputType),
            UnsafeCode: reader.Boolean("unsafe_code") ?? false,
            Metadata: reader.Mapping("metadata") ?? new PythonDictionary());
        CheckWhole(reader, file, task);
        return problems.Count > before ? null : task;
    }

    private void CheckWhole(SettingReader reader, TaskFile file, BenchmarkTask task)
    {
        if ((task.Name.Length > MostNameLength || task.Name.Any(char.IsControl)) && reader.Find("task") is { } name)
            reader.Wrong(name, $"a name of at most {MostNameLength} characters without control characters, since result files are named after it");
        if (task.TestSplit is null && task.ValidationSplit is null)
            problems.Add(BenchmarkDiagnostics.MissingKey(file.Path, "test_split or validation_split"));
        if (task.OutputType == OutputType.MultipleChoice && task.DocToChoice is null && reader.Find("doc_to_choice") is null)
            problems.Add(BenchmarkDiagnostics.MissingKey(file.Path, "doc_to_choice, which output_type multiple_choice needs"));
        if (task.Repeats is 0 or > MostRepeats && reader.Find("repeats") is { } repeats)
            reader.Wrong(repeats, $"1 to {MostRepeats}");
    }

    private T? Required<T>(SettingReader reader, TaskFile file, string key, Func<string, T?> read) where T : class
    {
        if (reader.Find(key) is null)
            problems.Add(BenchmarkDiagnostics.MissingKey(file.Path, key));
        return read(key);
    }

    private static PythonValue? Choices(SettingReader reader, string key = "doc_to_choice") =>
        reader.Value(key, "a template, a column, or a list of choices", v => v is PythonString or PythonDictionary || IsTextList(v)) switch
        {
            PythonDictionary mapping => new PythonList(mapping.Entries.Values.Select(v => (PythonValue)v.ToString())),
            var value => value,
        };

    private FewshotSettings Fewshot(SettingReader task)
    {
        var taskSplit = task.Text("fewshot_split");
        if (task.Find("fewshot_config") is not { } setting || SettingReader.Nested(setting, setting.Value, problems) is not { } reader)
            return new FewshotSettings(Split: taskSplit);
        reader.RefusePython("process_docs");
        reader.RefuseUnknown("fewshot_config", [.. FewshotKeys, "process_docs"]);
        return new FewshotSettings(
            Sampler: reader.OneOf("sampler", ("default", FewshotSamplerKind.Default), ("first_n", FewshotSamplerKind.FirstN)),
            Split: reader.Text("split") ?? taskSplit,
            Indices: Indices(reader),
            Samples: Samples(reader),
            DocToText: reader.Value("doc_to_text", "a template, a column or a number", IsTextOrNumber),
            DocToTarget: reader.Value("doc_to_target", "a template, a column, a number or a list", IsTarget),
            DocToChoice: Choices(reader),
            GenPrefix: reader.Text("gen_prefix"),
            FewshotDelimiter: reader.Text("fewshot_delimiter"),
            TargetDelimiter: reader.Text("target_delimiter"));
    }

    private static List<int>? Indices(SettingReader reader) =>
        reader.Value("fewshot_indices", "a list of row numbers", v => v is PythonList list && list.Items.All(i => i is PythonInteger { Value: var n } && n >= 0 && n <= int.MaxValue))
            is PythonList { Items.Count: > 0 } list ? [.. list.Items.Select(i => (int)((PythonInteger)i).Value)] : null;

    private static List<PythonDictionary>? Samples(SettingReader reader) =>
        reader.Value("samples", "a list of documents", v => v is PythonList list && list.Items.All(i => i is PythonDictionary))
            is PythonList list ? [.. list.Items.Cast<PythonDictionary>()] : null;

    private List<FilterPipelineSettings>? Filters(SettingReader task, OutputType outputType)
    {
        if (task.Find("filter_list") is null)
            return null;
        var pipelines = new List<FilterPipelineSettings>();
        foreach (var (place, reader) in task.Mappings("filter_list"))
        {
            reader.RefuseUnknown("filter_list", ["name", "filter"]);
            if (reader.Text("name") is not { } name || reader.Find("filter") is null)
            {
                problems.Add(BenchmarkDiagnostics.MissingKey(place.Place, "name and filter in every entry of filter_list"));
                continue;
            }
            var steps = new List<FilterStep>();
            foreach (var (stepPlace, step) in reader.Mappings("filter"))
            {
                if (step.Text("function") is not { } function)
                {
                    problems.Add(BenchmarkDiagnostics.MissingKey(stepPlace.Place, "function in every filter"));
                    continue;
                }
                var arguments = new PythonDictionary(step.All.Where(s => s.Key != "function")
                    .Select(s => KeyValuePair.Create(s.Key, YamlValues.Read(s.Value))));
                var parsed = new FilterStep(function, arguments);
                FilterCatalog.Check(parsed, outputType, stepPlace.Place, problems);
                steps.Add(parsed);
            }
            pipelines.Add(new FilterPipelineSettings(name, steps));
        }
        return pipelines;
    }

    private List<MetricSettings>? Metrics(SettingReader task, OutputType outputType)
    {
        if (task.Find("metric_list") is null)
            return null;
        var metrics = new List<MetricSettings>();
        foreach (var (place, reader) in task.Mappings("metric_list"))
        {
            if (reader.Text("metric") is not { } name)
            {
                problems.Add(BenchmarkDiagnostics.MissingKey(place.Place, "metric in every entry of metric_list"));
                continue;
            }
            var options = new PythonDictionary(reader.All
                .Where(s => s.Key is not ("metric" or "aggregation" or "higher_is_better" or "hf_evaluate"))
                .Select(s => KeyValuePair.Create(s.Key, YamlValues.Read(s.Value))));
            var metric = new MetricSettings(name, reader.Text("aggregation"), reader.Boolean("higher_is_better"), options);
            MetricCatalog.Check(metric, outputType, place.Place, problems);
            metrics.Add(metric);
        }
        return metrics;
    }

    private static bool IsTextOrNumber(PythonValue value) => value is PythonString or PythonInteger;

    private static bool IsTarget(PythonValue value) => value is PythonString or PythonInteger or PythonList;

    private static bool IsTextList(PythonValue value) => value is PythonList list && list.Items.All(i => i is PythonString);
}
