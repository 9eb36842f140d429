using TaskArithmetic.Kernels;
using TaskArithmetic.Methods.Matrices;

namespace TaskArithmetic.Methods;

/// <summary>Adds vectors up and makes all singular values of the sum equal.</summary>
internal sealed class IsoC : IMergeMethod
{
    private const string Name = "iso_c";

    public MethodSchema Schema { get; } = new()
    {
        Name = Name,
        IsOwn = true,
        Summary = "Isotropic merging: the sum of the vectors of a matrix with all its singular values replaced by their mean; other tensors are averaged.",
        Formula = "b + λ·s̄·U·Vᵀ, U·S·Vᵀ = Σ wᵢ·dᵢ and s̄ the mean of S; mean wᵢ·dᵢ for biases, norms, embeddings and head",
        Source = "No Task Left Behind, arXiv 2502.04959",
        Operands = Operands.TaskVectors,
        NeedsLinearAlgebra = true,
        Parameters = [MethodParameter.Weight, TaskVectorParameters.Lambda],
    };

    public TensorMerge Bind(TensorContext tensor) => MatrixMerge.Bind(Name, tensor, Merge);

    private static float[] Merge(float[][] vectors, int rows, int columns, ILinearAlgebra algebra)
    {
        var sum = vectors[0];
        foreach (var vector in vectors.Skip(1))
            Combining.Add(sum, vector);
        var (u, s, vt) = algebra.Svd(sum, rows, columns);
        var mean = s.Sum(v => (double)v) / Math.Max(1, s.Length);
        var merged = MatrixBlocks.Product(u, rows, s.Length, vt, columns);
        Combining.Multiply(merged, (float)mean);
        return merged;
    }
}
