namespace TaskArithmetic.Methods;

/// <summary>
/// A result that is a weighted sum of the inputs: terms are added left to right in float32, product and sum rounded apart. The executor may then merge
/// stored tensors in one pass instead of calling <see cref="TensorMerge.Map"/>.
/// </summary>
/// <param name="Factors">One factor for each input.</param>
/// <param name="AddsToBase">Whether the sum begins with the base, else with zero.</param>
internal sealed record WeightedSum(IReadOnlyList<float> Factors, bool AddsToBase);
