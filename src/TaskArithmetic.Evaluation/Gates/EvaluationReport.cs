using TaskArithmetic.Evaluation.Results;
using TaskArithmetic.Evaluation.Running;

namespace TaskArithmetic.Evaluation.Gates;

/// <summary>What one model scored.</summary>
/// <param name="Model">The model.</param>
/// <param name="Runs">One run for each limit and number of shots that benchmarks ask for.</param>
public sealed record ModelScores(ModelFacts Model, IReadOnlyList<BenchmarkRunResult> Runs);

/// <summary>A model's scores, judged.</summary>
/// <param name="Merged">The merged model.</param>
/// <param name="Baseline">The base model, or null.</param>
/// <param name="Gate">Verdicts and comparisons.</param>
/// <param name="Samples">Both models' answers to every item that was compared.</param>
public sealed record EvaluationReport(ModelScores Merged, ModelScores? Baseline, GateReport Gate, IReadOnlyList<SampleComparison> Samples)
{
    /// <summary>Whether there is more to report than scores: a base model, or a requirement.</summary>
    public bool IsGateOrComparison => Baseline is not null || Gate.Verdict is not null;

    /// <summary>Names and times for reports.</summary>
    public ReportContext Context => new(
        Merged.Model.Name, Baseline?.Model.Name, Merged.Runs.Min(r => r.Started),
        Merged.Runs.Concat(Baseline?.Runs ?? []).Aggregate(TimeSpan.Zero, (sum, run) => sum + run.Duration));
}

/// <summary>What a report says about the run as a whole.</summary>
/// <param name="MergedModel">Name of the merged model.</param>
/// <param name="BaseModel">Name of the base model; null when it was not scored.</param>
/// <param name="Started">When scoring began.</param>
/// <param name="Duration">How long it took.</param>
public sealed record ReportContext(string MergedModel, string? BaseModel, DateTimeOffset Started, TimeSpan Duration);

/// <summary>One model's answer to one item.</summary>
/// <param name="Output">The whole text.</param>
/// <param name="Extracted">What the filter took from it.</param>
/// <param name="Score">Its score, 0 to 1.</param>
/// <param name="Reason">Why it scored so, where there is more to say than right or wrong: an exception, a truncation; else empty.</param>
public sealed record SampleAnswer(string Output, string Extracted, double Score, string Reason = "");

/// <summary>One item as both models answered it.</summary>
/// <param name="Benchmark">The benchmark.</param>
/// <param name="Item">The item's number or name.</param>
/// <param name="Prompt">What both models were asked.</param>
/// <param name="Target">The right answer.</param>
/// <param name="Base">The base model's answer.</param>
/// <param name="Merged">The merged model's answer.</param>
public sealed record SampleComparison(string Benchmark, string Item, string Prompt, string Target, SampleAnswer Base, SampleAnswer Merged);
