using TaskArithmetic.Evaluation.Engines;

namespace TaskArithmetic.Evaluation.Running;

/// <summary>An engine's answer: a text or a log-probability.</summary>
/// <param name="Generation">The text.</param>
/// <param name="Loglikelihood">The log-probability.</param>
public sealed record EngineAnswer(Generation? Generation, Loglikelihood? Loglikelihood);
