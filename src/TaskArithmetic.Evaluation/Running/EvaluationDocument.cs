using TaskArithmetic.Evaluation.Jinja.Values;

namespace TaskArithmetic.Evaluation.Running;

/// <summary>A document to evaluate.</summary>
/// <param name="Row">Its row in the data, from 0.</param>
/// <param name="DocId">The number that stands in results: the row, save for explicit samples given out of order.</param>
/// <param name="Document">The row itself.</param>
internal sealed record EvaluationDocument(int Row, int DocId, JinjaDictionary Document);
