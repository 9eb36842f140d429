using TaskArithmetic.Evaluation.Jinja.Values;

namespace TaskArithmetic.Evaluation.Benchmarks;

/// <summary>One function of a filter pipeline with its arguments, as the task file gives them.</summary>
/// <param name="Function">The name, such as <c>regex</c> or <c>take_first</c>.</param>
/// <param name="Arguments">The other keys of the entry.</param>
public sealed record FilterStep(string Function, JinjaDictionary Arguments);
