namespace TaskArithmetic.Methods;

/// <summary>One vector, as long as the sum of two: whether the second one adds a direction or only length.</summary>
internal sealed class NormMatched : IMergeMethod
{
    public MethodSchema Schema { get; } = PairMerge.SchemaOf(
        "norm_matched",
        "Control: one of two vectors alone, brought to the length of their sum over the whole model. Beside the plain sum it tells whether the other vector adds a direction or only length.",
        "b + λ·(‖r + o‖/‖r‖)·r, or the same with o; r is the first vector, o the second",
        new MethodParameter("keep", ParameterScope.Global, ParameterKind.Text, "Which vector is added: first or second.") { Default = "first", Choices = ["first", "second"] });

    public TensorMerge Bind(TensorContext tensor)
    {
        var kept = tensor.Arguments.Text("keep") == "first" ? 0 : 1;
        return new PairMerge(tensor, pair =>
        {
            var factor = PairMerge.SumNorm(pair) / PairMerge.NotZero(pair, kept);
            return kept == 0 ? (factor, 0) : (0, factor);
        });
    }
}
