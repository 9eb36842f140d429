using TaskArithmetic.Text.Python;

namespace TaskArithmetic.Evaluation.Running;

/// <summary>Everything about one document: what was asked, what was answered, how it was scored.</summary>
/// <param name="DocId">The number that stands in results.</param>
/// <param name="Row">The row of the data.</param>
/// <param name="Document">The document.</param>
/// <param name="Target">The reference as text.</param>
/// <param name="Arguments">The arguments of each request: prompt, and generation options or continuation.</param>
/// <param name="Answers">The answers: for each request those of its repeats.</param>
/// <param name="Filters">The results by filter, in the task's order.</param>
/// <param name="DocHash">SHA-256 of the document as Python writes it in JSON with indent 2.</param>
/// <param name="PromptHash">SHA-256 of the first request's prompt.</param>
/// <param name="TargetHash">SHA-256 of the reference.</param>
public sealed record DocumentResult(
    int DocId, int Row, PythonDictionary Document, string Target, IReadOnlyList<(string Context, PythonValue? Argument)> Arguments,
    IReadOnlyList<IReadOnlyList<EngineAnswer>> Answers, IReadOnlyList<FilterResult> Filters, string DocHash, string PromptHash, string TargetHash)
{
    /// <summary>Whether any generation hit its token limit.</summary>
    public bool IsTruncated => Answers.Any(r => r.Any(a => a.Generation?.FinishReason == Engines.FinishReason.Length));

    /// <summary>
    /// Most tokens cut off the front of one of its prompts or contexts, since the model cannot see as many: the document was scored on
    /// less than it says. 0 where nothing was cut, null where the engine does not say.
    /// </summary>
    public int? PromptTokensCut => Answers.SelectMany(r => r).Select(a => a.PromptTokensCut).DefaultIfEmpty(-1).Max() is >= 0 and var most ? most : null;
}
