using TaskArithmetic.Evaluation.Jinja.Values;

namespace TaskArithmetic.Evaluation.Running;

/// <summary>A document with what is asked about it.</summary>
/// <param name="Source">The document.</param>
/// <param name="Target">Its reference.</param>
/// <param name="Choices">Its choices, or null.</param>
/// <param name="Requests">The requests in order; each holds its repeats.</param>
internal sealed record PlannedDocument(EvaluationDocument Source, JinjaValue Target, IReadOnlyList<string>? Choices, IReadOnlyList<PlannedRequest> Requests);
