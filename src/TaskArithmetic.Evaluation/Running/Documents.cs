using TaskArithmetic.Text.Python;

namespace TaskArithmetic.Evaluation.Running;

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
