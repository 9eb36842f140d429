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
        return new JsonEntries
        {
            ["task"] = task.Name,
            ["task_alias"] = task.Alias,
            ["tag"] = JsonEntries.ListOrNull(task.Tags.Count > 0 ? task.Tags : null, t => t),
            ["dataset_path"] = task.DatasetPath,
            ["dataset_name"] = task.DatasetName,
            ["dataset_kwargs"] = task.DatasetKwargs,
            ["training_split"] = task.TrainingSplit,
            ["validation_split"] = task.ValidationSplit,
            ["test_split"] = task.TestSplit,
            ["fewshot_split"] = task.Fewshot.Split,
            ["doc_to_text"] = task.DocToText,
            ["doc_to_target"] = task.DocToTarget,
            ["unsafe_code"] = task.UnsafeCode,
            ["doc_to_choice"] = task.DocToChoice,
            ["description"] = task.Description,
            ["target_delimiter"] = task.TargetDelimiter,
            ["fewshot_delimiter"] = task.FewshotDelimiter,
            ["fewshot_config"] = Fewshot(task),
            ["num_fewshot"] = result.NumFewshot,
            ["metric_list"] = JsonEntries.ListOrNull(task.MetricList, m => Metric(m)),
            ["output_type"] = OutputTypes.NameOf(task.OutputType),
            ["generation_kwargs"] = result.GenerationKwargs,
            ["repeats"] = task.Repeats,
            ["filter_list"] = JsonEntries.ListOrNull(task.FilterList, f => Filter(f)),
            ["should_decontaminate"] = false,
            ["gen_prefix"] = task.GenPrefix,
            ["metadata"] = new PythonDictionary(task.Metadata.Entries.Concat(model.Arguments.Entries)
                .Append(KeyValuePair.Create<PythonValue, PythonValue>("config_source", task.Source))),
        }.WithoutNulls();
    }

    private static JsonEntries Fewshot(BenchmarkTask task)
    {
        var settings = task.Fewshot;
        return new JsonEntries
        {
            ["sampler"] = settings.Sampler == FewshotSamplerKind.FirstN ? "first_n" : "default",
            ["split"] = settings.Split,
            ["process_docs"] = null,
            ["fewshot_indices"] = JsonEntries.ListOrNull(settings.Indices, r => r),
            ["samples"] = JsonEntries.ListOrNull(settings.Samples, s => s),
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
        var entry = new JsonEntries { ["metric"] = metric.Metric, ["aggregation"] = metric.Aggregation, ["higher_is_better"] = metric.HigherIsBetter is { } higher ? higher : null }.WithoutNulls();
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
}
