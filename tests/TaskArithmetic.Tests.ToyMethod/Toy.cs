using TaskArithmetic.Methods;

namespace TaskArithmetic.Tests.ToyMethod;

/// <summary>A method that nothing but this file knows of: task vectors by a share of each, forwards or backwards.</summary>
public sealed class Toy : IMergeMethod
{
    public MethodSchema Schema { get; } = new()
    {
        Name = "toy",
        Summary = "Adds a share of each task vector to the base.",
        Formula = "b ± Σ shareᵢ·dᵢ",
        Source = "this test",
        Operands = Operands.TaskVectors,
        Parameters =
        [
            new("share", ParameterScope.Input, ParameterKind.Number, "Share of the task vector.") { Default = 0.5, Minimum = 0, Maximum = 1 },
            new("mirror_it", ParameterScope.Global, ParameterKind.Flag, "Subtract instead of adding.") { Default = false },
        ],
    };

    public TensorMerge Bind(TensorContext tensor) => new Merge(tensor);

    private sealed class Merge(TensorContext context) : TaskVectorMerge(context)
    {
        protected override void Combine(Blocks x, Span<float> merged)
        {
            merged.Clear();
            for (var i = 0; i < x.Count; i++)
            {
                var share = (float)(Context.Arguments.Flag("mirror_it") ? -Context.Arguments.Number(i, "share") : Context.Arguments.Number(i, "share"));
                for (var k = 0; k < x.Length; k++)
                    merged[k] += share * x[i][k];
            }
        }
    }
}
