using TaskArithmetic.Evaluation.Benchmarks;
using TaskArithmetic.Evaluation.Engines;
using TaskArithmetic.Evaluation.Running;
using TaskArithmetic.Text.Python;

namespace TaskArithmetic.Evaluation.Results;

/// <summary>
/// The lines of <c>samples_TASK.jsonl</c>, one for each filter and document, with lm-evaluation-harness's keys; ours stand
/// together under <c>taskarithmetic</c>.
/// </summary>
internal static class SampleLines
{
    /// <summary>The lines of a task: all documents under the first filter, then under the next.</summary>
    public static IEnumerable<PythonDictionary> Of(TaskResult result)
    {
        var filters = result.Documents.Count == 0 ? 0 : result.Documents[0].Filters.Count;
        for (var f = 0; f < filters; f++)
        {
            foreach (var document in result.Documents)
                yield return Line(result.Task, document, document.Filters[f]);
        }
    }

    private static PythonDictionary Line(BenchmarkTask task, DocumentResult document, FilterResult filter)
    {
        var line = new JsonEntries
        {
            ["doc_id"] = document.DocId,
            ["doc"] = document.Document,
            ["target"] = document.Target,
            ["arguments"] = Arguments(document),
            ["resps"] = new PythonList(document.Answers.Select(r => (PythonValue)new PythonList(r.Select(a => Response(task, a))))),
            ["filtered_resps"] = filter.Filtered,
            ["filter"] = filter.Filter,
            ["metrics"] = JsonEntries.Texts(filter.Values.Select(v => v.Key)),
            ["doc_hash"] = document.DocHash,
            ["prompt_hash"] = document.PromptHash,
            ["target_hash"] = document.TargetHash,
        };
        foreach (var (metric, value) in filter.Values)
            line[metric] = value.Logged;
        line["taskarithmetic"] = Extras(document, filter);
        return line.ToDictionary();
    }

    private static PythonDictionary Arguments(DocumentResult document)
    {
        var arguments = new JsonEntries();
        for (var i = 0; i < document.Arguments.Count; i++)
        {
            var (context, argument) = document.Arguments[i];
            var entry = new JsonEntries { ["arg_0"] = context };
            if (argument is not null)
                entry["arg_1"] = argument;
            arguments[$"gen_args_{i}"] = entry;
        }
        return arguments.ToDictionary();
    }

    /// <summary>lm-evaluation-harness writes every response as text.</summary>
    private static PythonValue Response(BenchmarkTask task, EngineAnswer answer) => answer switch
    {
        { Generation: { } generation } => generation.Text,
        { Loglikelihood: { } score } when task.OutputType == OutputType.LoglikelihoodRolling => NumberText.Repr(score.LogProbability),
        { Loglikelihood: { } score } => new PythonList([NumberText.Repr(score.LogProbability), score.IsGreedy ? "True" : "False"]),
        _ => PythonNone.Instance,
    };

    private static JsonEntries Extras(DocumentResult document, FilterResult filter)
    {
        var generations = document.Answers.SelectMany(r => r).Select(a => a.Generation).OfType<Generation>().ToArray();
        var scores = document.Answers.SelectMany(r => r).Select(a => a.Loglikelihood).OfType<Loglikelihood>().ToArray();
        return new JsonEntries
        {
            ["row"] = document.Row,
            ["extracted_answer"] = filter.Answer,
            ["unparseable"] = filter.IsUnparseable is { } unparseable ? unparseable : null,
            ["finish_reasons"] = Each(generations, g => g.FinishReason == FinishReason.Length ? "length" : "stop"),
            ["prompt_tokens"] = Each(generations, g => Count(g.PromptTokens)),
            ["input_tokens"] = Each(generations, g => Count(g.InputTokens)),
            ["completion_tokens"] = Each(generations, g => Count(g.CompletionTokens)),
            ["reasoning"] = generations.Any(g => g.Reasoning is not null) ? Each(generations, g => g.Reasoning) : null,
            ["context_tokens"] = Each(scores, s => Count(s.ContextTokens)),
            ["dropped_tokens"] = Each(scores, s => Count(s.DroppedTokens)),
            ["prompt_tokens_cut"] = document.PromptTokensCut is { } cut ? cut : null,
        }.WithoutNulls();
    }

    private static PythonValue Each<T>(T[] answers, Func<T, PythonValue> write) => JsonEntries.ListOrNull(answers.Length > 0 ? answers : null, write);

    private static PythonValue Count(int count) => count < 0 ? PythonNone.Instance : count;
}
