using System.Text;
using System.Text.RegularExpressions;
using TaskArithmetic.Diagnostics;
using TaskArithmetic.Evaluation.Benchmarks;
using TaskArithmetic.Evaluation.Data;
using TaskArithmetic.Evaluation.Filters;
using TaskArithmetic.Evaluation.Metrics;
using TaskArithmetic.Text.Python;
using TaskArithmetic.Text.RegularExpressions;

namespace TaskArithmetic.Evaluation.Running;

/// <summary>Turns the answers to a document's requests into filtered answers and metric values.</summary>
internal sealed class DocumentScorer
{
    private readonly TaskPlan plan;
    private readonly string[] metricNames;
    private readonly Dictionary<string, ExactMatch> exactMatches;
    private readonly PythonRegex whiteSpace = new(@"\s+");

    public DocumentScorer(TaskPlan plan)
    {
        this.plan = plan;
        metricNames = [.. plan.Metrics.Select(m => m.Name)];
        exactMatches = plan.Metrics.Where(m => m.Name == "exact_match").ToDictionary(m => m.Name, m => new ExactMatch(m.Options));
    }

    /// <summary>The result of a document; the metric that runs programs is left out.</summary>
    /// <exception cref="DiagnosticException">TA4016: a regular expression ran too long.</exception>
    public DocumentResult Score(PlannedDocument document, IReadOnlyList<IReadOnlyList<EngineAnswer>> answers)
    {
        var source = document.Source;
        var target = document.Target.ToString();
        return new DocumentResult
        {
            DocId = source.DocId,
            Row = source.Row,
            Document = source.Document,
            Target = target,
            Arguments = [.. document.Requests.Select(r => (r.Context, r.Argument))],
            Answers = answers,
            Filters = [.. plan.Pipelines.Select(p => Filter(p, document, answers))],
            DocHash = EngineCall.HashText(PythonJson.Write(source.Document, indent: 2)),
            PromptHash = EngineCall.HashText(document.Requests[0].Context),
            TargetHash = EngineCall.HashText(target),
        };
    }

    private FilterResult Filter(FilterPipeline pipeline, PlannedDocument document, IReadOnlyList<IReadOnlyList<EngineAnswer>> answers)
    {
        if (plan.Task.OutputType != OutputType.GenerateUntil)
        {
            var first = answers.Select(r => r[0].Loglikelihood!).ToArray();
            var logged = new PythonList(first.Select(l => plan.Task.OutputType == OutputType.LoglikelihoodRolling
                ? (PythonValue)FloatText.Repr(l.LogProbability)
                : new PythonList([FloatText.Repr(l.LogProbability), l.IsGreedy ? "True" : "False"])));
            return new FilterResult(pipeline.Name, logged, null, null, [.. Loglikelihoods(document, first).Select(v => KeyValuePair.Create(v.Metric, v.Value))]);
        }
        try
        {
            var texts = answers[0].Select(a => a.Generation!.Text).ToArray();
            var filtered = pipeline.Apply(texts, document.Source.Document);
            var values = new List<KeyValuePair<string, MetricValue>>();
            if (metricNames.Contains("exact_match"))
                values.Add(KeyValuePair.Create("exact_match", ExactMatch(document, filtered)));
            PythonValue shown = filtered.IsList ? new PythonList(filtered.Items.Select(i => (PythonValue)i)) : filtered.Items[0];
            var answer = filtered.Items.FirstOrDefault("");
            // Reasoning that never ended left no answer, whatever the filter makes of the empty text.
            var isUnparseable = answers[0].All(a => a.Generation!.ReasoningEnded == false) ? true : pipeline.IsUnparseable(answer);
            return new FilterResult(pipeline.Name, new PythonList([shown]), answer, isUnparseable, values);
        }
        catch (ArgumentException e)
        {
            // Some filters make patterns of a document's own words.
            throw new DiagnosticException(BenchmarkDiagnostics.BadPattern($"{plan.Task.Name}, document {document.Source.DocId}", pipeline.Name, e.Message), e);
        }
        catch (RegexMatchTimeoutException e)
        {
            throw new DiagnosticException(BenchmarkDiagnostics.PatternTimeout(plan.Task.Name, e.Pattern), e);
        }
    }

    private MetricValue ExactMatch(PlannedDocument document, FilteredResponses filtered)
    {
        var metric = exactMatches["exact_match"];
        var prediction = filtered.IsList ? new PythonList(filtered.Items.Select(i => (PythonValue)i)).ToString() : filtered.Items[0];
        return MetricValue.Float(References(document).Any(reference => metric.Matches(prediction, reference)) ? 1 : 0);
    }

    /// <summary>The texts of which one must be met: a choice where there are choices, each item where the task has several targets, else the target as Python writes it.</summary>
    private IEnumerable<string> References(PlannedDocument document)
    {
        if (document.Choices is { } choices)
            return [document.Target is PythonInteger { Value: var index } && index >= 0 && index < choices.Count
                ? choices[(int)index]
                : throw new DiagnosticException(BenchmarkDiagnostics.WrongTemplate(plan.Task.Name, "doc_to_target", "the index of a choice, since the task has doc_to_choice"))];
        return plan.MultipleTargets && document.Target is PythonSequence list ? list.Items.Select(i => i.ToString()) : [document.Target.ToString()];
    }

    private IEnumerable<(string Metric, MetricValue Value)> Loglikelihoods(PlannedDocument document, Engines.Loglikelihood[] answers)
    {
        switch (plan.Task.OutputType)
        {
            case OutputType.MultipleChoice:
                return Choices(document, answers);
            case OutputType.Loglikelihood:
                return new[]
                {
                    ("perplexity", MetricValue.Float(answers[0].LogProbability)),
                    ("acc", MetricValue.Whole(answers[0].IsGreedy ? 1 : 0)),
                }.Where(m => metricNames.Contains(m.Item1));
            default:
                var text = document.Target.ToString();
                var words = whiteSpace.FindAll(text).Count + 1;
                var bytes = Encoding.UTF8.GetByteCount(text);
                return new[]
                {
                    ("word_perplexity", MetricValue.Weighted(answers[0].LogProbability, words)),
                    ("byte_perplexity", MetricValue.Weighted(answers[0].LogProbability, bytes)),
                    ("bits_per_byte", MetricValue.Weighted(answers[0].LogProbability, bytes)),
                }.Where(m => metricNames.Contains(m.Item1));
        }
    }

    private IEnumerable<(string, MetricValue)> Choices(PlannedDocument document, Engines.Loglikelihood[] answers)
    {
        var choices = document.Choices!;
        if (metricNames.Contains("f1") && choices.Count != 2)
            throw new DiagnosticException(BenchmarkDiagnostics.NeedsBinaryLabels(plan.Task.Name));
        var count = choices.Count;
        var logProbabilities = Array.ConvertAll(answers[..count], a => a.LogProbability);
        var unconditional = answers.Length == 2 * count ? Array.ConvertAll(answers[count..], a => a.LogProbability) : null;
        var gold = plan.ChoicesAreQuestions ? plan.Templates.Text(document.Source.Document) : document.Target;
        var indices = GoldLabels.Indices(gold, choices);
        return new ChoiceOutcome(choices, logProbabilities, Array.ConvertAll(answers[..count], a => a.IsGreedy), unconditional, indices, plan.MultipleTargets)
            .Score(metricNames);
    }
}
