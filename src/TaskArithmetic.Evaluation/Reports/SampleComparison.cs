namespace TaskArithmetic.Evaluation.Reports;

/// <summary>One item as both models answered it.</summary>
/// <param name="Benchmark">The benchmark.</param>
/// <param name="Item">The item's number or name.</param>
/// <param name="Prompt">What both models were asked.</param>
/// <param name="Target">The right answer.</param>
/// <param name="Base">The base model's answer.</param>
/// <param name="Merged">The merged model's answer.</param>
public sealed record SampleComparison(string Benchmark, string Item, string Prompt, string Target, SampleAnswer Base, SampleAnswer Merged);
