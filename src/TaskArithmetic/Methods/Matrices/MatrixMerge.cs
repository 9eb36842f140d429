using TaskArithmetic.Diagnostics;
using TaskArithmetic.Kernels;

namespace TaskArithmetic.Methods.Matrices;

/// <summary>
/// A method that merges the vectors of a matrix by their singular values and averages those of every other tensor: biases, norms,
/// embeddings, head.
/// </summary>
/// <param name="context">The tensor.</param>
/// <param name="merge">Makes the merged matrix, row-major, of the weighted vectors; its arguments are those, rows, columns and the decompositions.</param>
internal sealed class MatrixMerge(TensorContext context, Func<float[][], int, int, ILinearAlgebra, float[]> merge) : TaskVectorMerge(context)
{
    private readonly bool isMatrix = SpectralTensors.IsSpectral(context);

    /// <inheritdoc/>
    public override Unit Unit => isMatrix ? Unit.Tensor : Unit.Element;

    /// <inheritdoc/>
    public override IEnumerable<MethodCount> Counts => [new(isMatrix ? "matrices merged by singular values" : "tensors averaged", 1)];

    /// <summary>The merge of a tensor, where what it needs is at hand.</summary>
    /// <exception cref="DiagnosticException">TA2065: libtorch is not.</exception>
    public static TensorMerge Bind(string method, TensorContext tensor, Func<float[][], int, int, ILinearAlgebra, float[]> merge) =>
        tensor.LinearAlgebra is null && SpectralTensors.IsSpectral(tensor)
            ? throw new DiagnosticException(MethodDiagnostics.NeedsLibtorch(method))
            : new MatrixMerge(tensor, merge);

    /// <inheritdoc/>
    protected override void Combine(Blocks x, Span<float> merged)
    {
        var weights = Context.Arguments.Numbers("weight");
        if (isMatrix)
        {
            var vectors = new float[x.Count][];
            for (var i = 0; i < vectors.Length; i++)
            {
                vectors[i] = x[i].ToArray();
                Combining.Multiply(vectors[i], (float)weights[i]);
            }
            merge(vectors, (int)Context.Shape[0], (int)Context.Shape[1], Context.LinearAlgebra!).CopyTo(merged);
        }
        else
        {
            merged.Clear();
            for (var i = 0; i < x.Count; i++)
                Combining.AddScaled(merged, x[i], (float)(weights[i] / x.Count));
        }
        if (Context.Arguments.Number("lambda") is not 1 and var lambda)
            Combining.Multiply(merged, (float)lambda);
        Context.Round(merged);
    }
}
