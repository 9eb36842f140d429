using TaskArithmetic.Methods.Matrices;

namespace TaskArithmetic.Methods;

/// <summary>Keeps the leading singular vectors of every task and makes those of different tasks orthogonal to each other.</summary>
internal sealed class Tsv : IMergeMethod
{
    private const string Name = "tsv";

    public MethodSchema Schema { get; } = new()
    {
        Name = Name,
        IsOwn = true,
        Summary = "Task Singular Vectors merging: of every vector of a matrix the leading N-th of its singular directions, those of all vectors made orthogonal to each other; other tensors are averaged.",
        Formula = "b + λ·⊥(U)·S·⊥(V)ᵀ, U, S and V the first int(min(m, n)/N) singular vectors and values of each wᵢ·dᵢ side by side, ⊥(X) = P·Qᵀ of X = P·D·Qᵀ; mean wᵢ·dᵢ for biases, norms, embeddings and head",
        Source = "TSV-Merge, arXiv 2412.00081",
        Operands = Operands.TaskVectors,
        NeedsLinearAlgebra = true,
        Parameters = [MethodParameter.Weight, TaskVectorParameters.Lambda],
    };

    public TensorMerge Bind(TensorContext tensor) => MatrixMerge.Bind(Name, tensor, Merge);

    private static float[] Merge(float[][] vectors, int rows, int columns, ILinearAlgebra algebra)
    {
        var each = Math.Min(rows, columns) / vectors.Length;
        var rank = each * vectors.Length;
        if (rank == 0)
            return new float[rows * columns];
        var (left, right, values) = (new float[rows * rank], new float[rank * columns], new float[rank]);
        for (var i = 0; i < vectors.Length; i++)
        {
            var (u, s, vt) = algebra.Svd(vectors[i], rows, columns);
            for (var row = 0; row < rows; row++)
                u.AsSpan(row * s.Length, each).CopyTo(left.AsSpan((row * rank) + (i * each)));
            vt.AsSpan(0, each * columns).CopyTo(right.AsSpan(i * each * columns));
            s.AsSpan(0, each).CopyTo(values.AsSpan(i * each));
        }
        var scaled = Orthogonal(left, rows, rank, algebra);
        for (var i = 0; i < scaled.Length; i++)
            scaled[i] *= values[i % rank];
        return MatrixBlocks.Product(scaled, rows, rank, Orthogonal(right, rank, columns, algebra), columns);
    }

    /// <summary>The nearest matrix with orthonormal rows or columns.</summary>
    private static float[] Orthogonal(float[] matrix, int rows, int columns, ILinearAlgebra algebra)
    {
        var (u, s, vt) = algebra.Svd(matrix, rows, columns);
        return MatrixBlocks.Product(u, rows, s.Length, vt, columns);
    }
}
