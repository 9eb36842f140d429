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
internal sealed class DocumentScorer(TaskPlan plan)
{
    private static readonly PythonRegex WhiteSpace = new(@"\s+");

    private readonly string[] metricNames = [.. plan.Metrics.Select(m => m.Name)];
    private readonly AnswerNormalization? exactMatch = plan.Metrics.FirstOrDefault(m => m.Name == "exact_match") is { } metric ? MetricCatalog.ExactMatch(metric) : null;

    /// <summary>The result of a document; the metric that runs programs is left out.</summary>
    /// <exception cref="DiagnosticException">TA4016: a regular expression ran too long.</exception>
    public DocumentResult Score(PlannedDocument document, IReadOnlyList<IReadOnlyList<EngineAnswer>> answers)
    {
        var source = document.Source;
        var target = document.Target.ToString();
        return new DocumentResult(
            DocId: source.DocId,
            Row: source.Row,
            Document: source.Document,
            Target: target,
            Arguments: [.. document.Requests.Select(r => (r.Context, r.Argument))],
            Answers: answers,
            Filters: [.. plan.Pipelines.Select(p => Filter(p, document, answers))],
            DocHash: EngineCall.HashText(PythonJson.Write(source.Document, indent: 2)),
            PromptHash: EngineCall.HashText(document.Requests[0].Context),
            TargetHash: EngineCall.HashText(target));
    }

    private FilterResult Filter(FilterPipeline pipeline, PlannedDocument document, IReadOnlyList<IReadOnlyList<EngineAnswer>> answers)
    {
        if (plan.Task.OutputType != OutputType.GenerateUntil)
        {
            var first = answers.Select(r => r[0].Loglikelihood!).ToArray();
            var logged = new PythonList(first.Select(l => plan.Task.OutputType == OutputType.LoglikelihoodRolling
                ? (PythonValue)NumberText.Repr(l.LogProbability)
                : new PythonList([NumberText.Repr(l.LogProbability), l.IsGreedy ? "True" : "False"])));
            return new FilterResult(pipeline.Name, logged, null, null, [.. Loglikelihoods(document, first).Select(v => KeyValuePair.Create(v.Metric, v.Value))]);
        }
        try
        {
            var texts = answers[0].Select(a => a.Generation!.Text).ToArray();
            var filtered = pipeline.Apply(texts, document.Source.Document);
            var values = new List<KeyValuePair<string, MetricValue>>();
            PythonValue shown = filtered.IsList ? new PythonList(filtered.Items.Select(i => (PythonValue)i)) : filtered.Items[0];
            if (exactMatch?.Apply(shown.ToString()) is { } prediction)
                values.Add(KeyValuePair.Create("exact_match", MetricValue.Float(References(document).Any(r => exactMatch.Apply(r) == prediction) ? 1 : 0)));
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
        if (plan.Task.OutputType == OutputType.MultipleChoice)
            return Choices(document, answers);
        var (text, score) = (document.Target.ToString(), answers[0].LogProbability);
        (string Metric, MetricValue Value)[] all = plan.Task.OutputType == OutputType.Loglikelihood
            ? [("perplexity", MetricValue.Float(score)), ("acc", MetricValue.Whole(answers[0].IsGreedy ? 1 : 0))]
            :
            [
                ("word_perplexity", MetricValue.Weighted(score, WhiteSpace.FindAll(text).Count + 1)),
                ("byte_perplexity", MetricValue.Weighted(score, Encoding.UTF8.GetByteCount(text))),
                ("bits_per_byte", MetricValue.Weighted(score, Encoding.UTF8.GetByteCount(text))),
            ];
        return all.Where(m => metricNames.Contains(m.Metric));
    }

    private IEnumerable<(string, MetricValue)> Choices(PlannedDocument document, Engines.Loglikelihood[] answers)
    {
        var choices = document.Choices!;
        if (metricNames.Contains("f1") && choices.Count != 2)
            throw new DiagnosticException(BenchmarkDiagnostics.NeedsBinaryLabels(plan.Task.Name));
        double[] scores = [.. answers.Select(a => a.LogProbability)];
        var count = choices.Count;
        return new ChoiceOutcome(
            choices, scores[..count], [.. answers.Take(count).Select(a => a.IsGreedy)], scores.Length == 2 * count ? scores[count..] : null,
            ChoiceOutcome.GoldOf(plan.Gold(document), choices), plan.MultipleTargets).Score(metricNames);
    }
}
