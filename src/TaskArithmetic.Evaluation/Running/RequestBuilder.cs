using TaskArithmetic.Diagnostics;
using TaskArithmetic.Evaluation.Benchmarks;
using TaskArithmetic.Evaluation.Engines;
using TaskArithmetic.Evaluation.Prompts;
using TaskArithmetic.Text.Python;

namespace TaskArithmetic.Evaluation.Running;

/// <summary>Writes the requests of a document.</summary>
internal sealed class RequestBuilder(TaskPlan plan, PromptBuilder prompts)
{
    private readonly BenchmarkTask task = plan.Task;

    public PlannedDocument Build(EvaluationDocument source, IReadOnlyList<PythonDictionary> shots)
    {
        var document = source.Document;
        var target = plan.Templates.Target(document);
        var choices = plan.Templates.Choices(document);
        var opening = prompts.Opening(document, shots);
        IReadOnlyList<PlannedRequest> requests = task.OutputType switch
        {
            OutputType.GenerateUntil => [Generate(prompts.Build(document, opening))],
            OutputType.Loglikelihood => [Score(prompts.Build(document, opening).Text, target.ToString())],
            OutputType.LoglikelihoodRolling => [Roll(target.ToString())],
            _ => Choose(document, opening, target, choices ?? []),
        };
        return new PlannedDocument(source, target, choices, requests);
    }

    private List<PlannedRequest> Choose(PythonDictionary document, IReadOnlyList<PromptMessage> opening, PythonValue target, IReadOnlyList<string> choices)
    {
        if (choices.Count == 0)
            throw new DiagnosticException(BenchmarkDiagnostics.WrongTemplate(task.Name, "doc_to_choice", "at least one choice for every document"));
        var delimiter = prompts.ChoiceDelimiter;
        List<PlannedRequest> requests;
        if (plan.ChoicesAreQuestions)
        {
            requests = [.. prompts.BuildEach(document, opening).Select(p => Score(p.Text, delimiter + target))];
        }
        else
        {
            var context = prompts.Build(document, opening).Text;
            requests = [.. choices.Select(c => Score(context, delimiter + c))];
        }
        // The log-probability of each choice by itself, to be subtracted.
        if (plan.Has("acc_mutual_info"))
            requests.AddRange(choices.Select(c => Score("", delimiter + c)));
        return requests;
    }

    private PlannedRequest Generate(RenderedPrompt prompt)
    {
        var options = plan.Generation!;
        // Greedy repeats are one and the same request; sampled ones differ by their seed.
        return new PlannedRequest(prompt.Text, plan.GenerationKwargs, [.. Enumerable.Range(0, task.Repeats).Select(i =>
            new EngineCall(new GenerationRequest(prompt.Text, options.Temperature > 0 ? options with { Seed = options.Seed + i } : options, prompt.Messages), null, null))]);
    }

    private PlannedRequest Score(string context, string continuation) => Repeated(context, continuation, new EngineCall(null, new LoglikelihoodRequest(context, continuation), null));

    private PlannedRequest Roll(string text) => Repeated(text, null, new EngineCall(null, null, text));

    private PlannedRequest Repeated(string context, string? argument, EngineCall call) => new(context, argument, [.. Enumerable.Repeat(call, task.Repeats)]);
}

/// <summary>A document to evaluate.</summary>
/// <param name="Row">Its row in the data, from 0.</param>
/// <param name="DocId">The number that stands in results: the row, save for explicit samples given out of order.</param>
/// <param name="Document">The row itself.</param>
internal sealed record EvaluationDocument(int Row, int DocId, PythonDictionary Document);

/// <summary>A document with what is asked about it.</summary>
/// <param name="Source">The document.</param>
/// <param name="Target">Its reference.</param>
/// <param name="Choices">Its choices, or null.</param>
/// <param name="Requests">The requests in order; each holds its repeats.</param>
internal sealed record PlannedDocument(EvaluationDocument Source, PythonValue Target, IReadOnlyList<string>? Choices, IReadOnlyList<PlannedRequest> Requests);

/// <summary>One request of a document.</summary>
/// <param name="Context">The first argument as it stands in results: the prompt or the whole text.</param>
/// <param name="Argument">The second argument: generation options or continuation; null for whole texts.</param>
/// <param name="Repeats">The calls that answer it, one for each repeat.</param>
internal sealed record PlannedRequest(string Context, PythonValue? Argument, IReadOnlyList<EngineCall> Repeats);
