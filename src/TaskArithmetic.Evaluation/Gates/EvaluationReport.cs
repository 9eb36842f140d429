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
