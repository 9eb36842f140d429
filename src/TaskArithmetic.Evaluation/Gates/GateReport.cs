using TaskArithmetic.Diagnostics;

namespace TaskArithmetic.Evaluation.Gates;

/// <summary>What all benchmarks together say.</summary>
/// <param name="Benchmarks">One result for each request, in order.</param>
/// <param name="Pooled">All benchmarks that were scored on both models, as one; null if there is none.</param>
/// <param name="Inconclusive">The policy the diagnostics follow.</param>
/// <param name="Diagnostics">One coded finding for each requirement that is not met or not decided, and warnings.</param>
public sealed record GateReport(
    IReadOnlyList<BenchmarkGateResult> Benchmarks, PooledComparison? Pooled, InconclusivePolicy Inconclusive, IReadOnlyList<Diagnostic> Diagnostics)
{
    /// <summary>The worst verdict of all benchmarks.</summary>
    public GateVerdict Verdict => Benchmarks.Select(b => b.Verdict).DefaultIfEmpty(GateVerdict.Pass).Max();

    /// <summary>Whether the build must stop: a failure, or no decision where the policy asks for one.</summary>
    public bool Blocks =>
        Verdict == GateVerdict.Fail || (Verdict == GateVerdict.Inconclusive && Inconclusive == InconclusivePolicy.Fail);
}
