using TaskArithmetic.Evaluation.Benchmarks;
using TaskArithmetic.Evaluation.Running;
using TaskArithmetic.Text.Python;

namespace TaskArithmetic.Evaluation.Results;

/// <summary>A task's entry of <c>configs</c>: its settings as evaluated, what is unset left out.</summary>
internal static class TaskConfiguration
{
    public static PythonValue Of(TaskResult result, ModelFacts model)
    {
        var task = result.Task;
        var entry = new JsonEntries { ["task"] = task.Name };
        Add(entry, "task_alias", task.Alias);
        if (task.Tags.Count > 0)
            entry["tag"] = JsonEntries.Texts(task.Tags);
        entry["dataset_path"] = task.DatasetPath;
        Add(entry, "dataset_name", task.DatasetName);
        Add(entry, "dataset_kwargs", task.DatasetKwargs);
        Add(entry, "training_split", task.TrainingSplit);
        Add(entry, "validation_split", task.ValidationSplit);
        Add(entry, "test_split", task.TestSplit);
        Add(entry, "fewshot_split", task.Fewshot.Split);
        entry["doc_to_text"] = task.DocToText;
        entry["doc_to_target"] = task.DocToTarget;
        entry["unsafe_code"] = task.UnsafeCode;
        Add(entry, "doc_to_choice", task.DocToChoice);
        entry["description"] = task.Description;
        entry["target_delimiter"] = task.TargetDelimiter;
        entry["fewshot_delimiter"] = task.FewshotDelimiter;
        entry["fewshot_config"] = Fewshot(task);
        entry["num_fewshot"] = result.NumFewshot;
        if (task.MetricList is { } metrics)
            entry["metric_list"] = new PythonList(metrics.Select(m => (PythonValue)Metric(m)));
        entry["output_type"] = OutputTypes.NameOf(task.OutputType);
        Add(entry, "generation_kwargs", result.GenerationKwargs);
        entry["repeats"] = task.Repeats;
        if (task.FilterList is { } filters)
            entry["filter_list"] = new PythonList(filters.Select(f => (PythonValue)Filter(f)));
        entry["should_decontaminate"] = false;
        Add(entry, "gen_prefix", task.GenPrefix);
        entry["metadata"] = new PythonDictionary(task.Metadata.Entries.Concat(model.Arguments.Entries)
            .Append(KeyValuePair.Create<PythonValue, PythonValue>("config_source", task.Source)));
        return entry;
    }

    private static JsonEntries Fewshot(BenchmarkTask task)
    {
        var settings = task.Fewshot;
        return new JsonEntries
        {
            ["sampler"] = settings.Sampler == FewshotSamplerKind.FirstN ? "first_n" : "default",
            ["split"] = settings.Split,
            ["process_docs"] = null,
            ["fewshot_indices"] = settings.Indices is { } rows ? new PythonList(rows.Select(r => (PythonValue)r)) : PythonNone.Instance,
            ["samples"] = settings.Samples is { } samples ? new PythonList(samples) : PythonNone.Instance,
            ["doc_to_text"] = settings.DocToText ?? task.DocToText,
            ["doc_to_choice"] = settings.DocToChoice ?? task.DocToChoice ?? PythonNone.Instance,
            ["doc_to_target"] = settings.DocToTarget ?? task.DocToTarget,
            ["gen_prefix"] = settings.GenPrefix ?? task.GenPrefix,
            ["fewshot_delimiter"] = settings.FewshotDelimiter ?? task.FewshotDelimiter,
            ["target_delimiter"] = settings.TargetDelimiter ?? task.TargetDelimiter,
        };
    }

    private static JsonEntries Metric(MetricSettings metric)
    {
        var entry = new JsonEntries { ["metric"] = metric.Metric };
        Add(entry, "aggregation", metric.Aggregation);
        if (metric.HigherIsBetter is { } higher)
            entry["higher_is_better"] = higher;
        foreach (var (key, value) in metric.Options.Entries)
            entry[key.ToString()] = value;
        return entry;
    }

    private static JsonEntries Filter(FilterPipelineSettings filter) => new()
    {
        ["name"] = filter.Name,
        ["filter"] = new PythonList(filter.Steps.Select(s => (PythonValue)new PythonDictionary(
            s.Arguments.Entries.Prepend(KeyValuePair.Create<PythonValue, PythonValue>("function", s.Function))))),
    };

    private static void Add(JsonEntries entry, string key, PythonValue? value)
    {
        if (value is not (null or PythonNone))
            entry[key] = value;
    }
}
