using TaskArithmetic.Diagnostics;
using TaskArithmetic.Evaluation.Benchmarks;
using TaskArithmetic.Evaluation.Engines;
using TaskArithmetic.Evaluation.Metrics;
using TaskArithmetic.Evaluation.Prompts;
using TaskArithmetic.Text.Python;

namespace TaskArithmetic.Evaluation.Running;

/// <summary>Writes the requests of a document.</summary>
internal sealed class RequestBuilder(
    BenchmarkTask task, DocumentTemplates templates, PromptBuilder prompts, IEvaluationEngine engine,
    (PythonDictionary Kwargs, GenerationOptions Options)? generation, IReadOnlyList<TaskMetric> metrics, bool choicesAreQuestions)
{
    public PlannedDocument Build(EvaluationDocument source, IReadOnlyList<PythonDictionary> shots)
    {
        var document = source.Document;
        var target = templates.Target(document);
        var choices = templates.Choices(document);
        var opening = prompts.Opening(document, shots);
        IReadOnlyList<PlannedRequest> requests = task.OutputType switch
        {
            OutputType.GenerateUntil => [Generate(prompts.Build(document, opening, engine.ApplyChatTemplate))],
            OutputType.Loglikelihood => [Score(prompts.Build(document, opening, engine.ApplyChatTemplate).Text, target.ToString())],
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
        if (choicesAreQuestions)
        {
            requests = [.. prompts.BuildEach(document, opening, engine.ApplyChatTemplate).Select(p => Score(p.Text, delimiter + target))];
        }
        else
        {
            var context = prompts.Build(document, opening, engine.ApplyChatTemplate).Text;
            requests = [.. choices.Select(c => Score(context, delimiter + c))];
        }
        // The log-probability of each choice by itself, to be subtracted.
        if (metrics.Any(m => m.Name == "acc_mutual_info"))
            requests.AddRange(choices.Select(c => Score("", delimiter + c)));
        return requests;
    }

    private PlannedRequest Generate(RenderedPrompt prompt)
    {
        var (kwargs, read) = generation!.Value;
        var calls = Enumerable.Range(0, task.Repeats).Select(i => new EngineCall(
            // Greedy repeats are one and the same request; sampled ones differ by their seed.
            new GenerationRequest(prompt.Text, read.Temperature > 0 ? read with { Seed = read.Seed + i } : read, prompt.Messages), null, null));
        return new PlannedRequest(prompt.Text, kwargs, [.. calls]);
    }

    private PlannedRequest Score(string context, string continuation)
    {
        var call = new EngineCall(null, new LoglikelihoodRequest(context, continuation), null);
        return new PlannedRequest(context, continuation, [.. Enumerable.Repeat(call, task.Repeats)]);
    }

    private PlannedRequest Roll(string text)
    {
        var call = new EngineCall(null, null, text);
        return new PlannedRequest(text, null, [.. Enumerable.Repeat(call, task.Repeats)]);
    }
}
