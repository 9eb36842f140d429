using TaskArithmetic.Methods;

namespace TaskArithmetic.Tests.ToyMethod;

/// <summary>A method that fails in the middle of a merge.</summary>
public sealed class Faulty : IMergeMethod
{
    public MethodSchema Schema { get; } = new()
    {
        Name = "faulty",
        Summary = "Fails.",
        Formula = "none",
        Source = "this test",
        Operands = Operands.TaskVectors,
        Parameters = [],
    };

    public TensorMerge Bind(TensorContext tensor) => new Merge(tensor);

    private sealed class Merge(TensorContext context) : TaskVectorMerge(context)
    {
        protected override void Combine(Blocks x, Span<float> merged) => throw new InvalidOperationException("as it always does");
    }
}
