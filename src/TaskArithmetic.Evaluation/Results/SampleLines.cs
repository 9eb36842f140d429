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
        var extras = new JsonEntries { ["row"] = document.Row };
        if (filter.Answer is { } answer)
            extras["extracted_answer"] = answer;
        if (filter.IsUnparseable is { } unparseable)
            extras["unparseable"] = unparseable;
        var generations = document.Answers.SelectMany(r => r).Select(a => a.Generation).OfType<Generation>().ToArray();
        if (generations.Length > 0)
        {
            extras["finish_reasons"] = JsonEntries.Texts(generations.Select(g => g.FinishReason == FinishReason.Length ? "length" : "stop"));
            extras["prompt_tokens"] = Counts(generations.Select(g => g.PromptTokens));
            extras["input_tokens"] = Counts(generations.Select(g => g.InputTokens));
            extras["completion_tokens"] = Counts(generations.Select(g => g.CompletionTokens));
            if (generations.Any(g => g.Reasoning is not null))
                extras["reasoning"] = new PythonList(generations.Select(g => (PythonValue)g.Reasoning));
        }
        var scores = document.Answers.SelectMany(r => r).Select(a => a.Loglikelihood).OfType<Loglikelihood>().ToArray();
        if (scores.Length > 0)
        {
            extras["context_tokens"] = Counts(scores.Select(s => s.ContextTokens));
            extras["dropped_tokens"] = Counts(scores.Select(s => s.DroppedTokens));
        }
        if (document.PromptTokensCut is { } cut)
            extras["prompt_tokens_cut"] = cut;
        return extras;
    }

    private static PythonList Counts(IEnumerable<int> counts) => new(counts.Select(c => c < 0 ? PythonNone.Instance : (PythonValue)c));
}
