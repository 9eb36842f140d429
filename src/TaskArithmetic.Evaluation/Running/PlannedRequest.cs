using TaskArithmetic.Evaluation.Jinja.Values;

namespace TaskArithmetic.Evaluation.Running;

/// <summary>One request of a document.</summary>
/// <param name="Context">The first argument as it stands in results: the prompt or the whole text.</param>
/// <param name="Argument">The second argument: generation options or continuation; null for whole texts.</param>
/// <param name="Repeats">The calls that answer it, one for each repeat.</param>
internal sealed record PlannedRequest(string Context, JinjaValue? Argument, IReadOnlyList<EngineCall> Repeats);
