using TaskArithmetic.Text.Python;

namespace TaskArithmetic.Evaluation.Running;

/// <summary>Everything about one document: what was asked, what was answered, how it was scored.</summary>
public sealed record DocumentResult
{
    /// <summary>The number that stands in results.</summary>
    public required int DocId { get; init; }

    /// <summary>The row of the data.</summary>
    public required int Row { get; init; }

    /// <summary>The document.</summary>
    public required PythonDictionary Document { get; init; }

    /// <summary>The reference as text.</summary>
    public required string Target { get; init; }

    /// <summary>The arguments of each request: prompt, and generation options or continuation.</summary>
    public required IReadOnlyList<(string Context, PythonValue? Argument)> Arguments { get; init; }

    /// <summary>The answers: for each request those of its repeats.</summary>
    public required IReadOnlyList<IReadOnlyList<EngineAnswer>> Answers { get; init; }

    /// <summary>The results by filter, in the task's order.</summary>
    public required IReadOnlyList<FilterResult> Filters { get; init; }

    /// <summary>SHA-256 of the document as Python writes it in JSON with indent 2.</summary>
    public required string DocHash { get; init; }

    /// <summary>SHA-256 of the first request's prompt.</summary>
    public required string PromptHash { get; init; }

    /// <summary>SHA-256 of the reference.</summary>
    public required string TargetHash { get; init; }

    /// <summary>Whether any generation hit its token limit.</summary>
    public bool IsTruncated => Answers.Any(r => r.Any(a => a.Generation?.FinishReason == Engines.FinishReason.Length));

    /// <summary>
    /// Most tokens cut off the front of one of its prompts or contexts, since the model cannot see as many: the document was scored on
    /// less than it says. 0 where nothing was cut, null where the engine does not say.
    /// </summary>
    public int? PromptTokensCut => Answers.SelectMany(r => r).Select(a => a.PromptTokensCut).DefaultIfEmpty(-1).Max() is >= 0 and var most ? most : null;
}
