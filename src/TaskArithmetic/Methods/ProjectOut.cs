using TaskArithmetic.Kernels;
using TaskArithmetic.Methods.Matrices;
using TaskArithmetic.Methods.Summing;

namespace TaskArithmetic.Methods;

/// <summary>Takes out of the first vector what lies in the span of the others, tensor by tensor.</summary>
internal sealed class ProjectOut : IMergeMethod
{
    // Directions of the others that are shorter than this share of the longest, squared, are rounding errors of parallel vectors.
    private const double SmallestDirection = 1e-10;

    public MethodSchema Schema { get; } = new()
    {
        Name = "project_out",
        IsOwn = true,
        Summary = "Adds the first vector without its projection on the span of the other vectors, tensor by tensor: what it has that they have not.",
        Formula = "b + λ·(d₁ − P·d₁), P the orthogonal projection on the span of d₂, d₃, … of the tensor",
        Source = "vector algebra; Gram–Schmidt",
        Operands = Operands.TaskVectors,
        MinimumInputs = 2,
        Parameters = [TaskVectorParameters.Lambda],
    };

    public TensorMerge Bind(TensorContext tensor) => new Merge(tensor);

    /// <summary>
    /// The factors cⱼ of <c>P·d₁ = Σ cⱼ·dⱼ</c>: the least squares of d₁ by the others, by the eigenvectors of their products, so that parallel
    /// or vanishing vectors need no special case.
    /// </summary>
    internal static double[] Projection(Gram products)
    {
        var n = products.Size - 1;
        var others = new double[n * n];
        for (var i = 0; i < n; i++)
        {
            for (var j = 0; j < n; j++)
                others[(i * n) + j] = products[i + 1, j + 1];
        }
        var (values, vectors) = SymmetricEigen.Decompose(others, n);
        var factors = new double[n];
        for (var r = 0; r < n && values[r] > SmallestDirection * values[0]; r++)
        {
            var along = 0.0;
            for (var j = 0; j < n; j++)
                along += vectors[(r * n) + j] * products[0, j + 1];
            for (var j = 0; j < n; j++)
                factors[j] += along / values[r] * vectors[(r * n) + j];
        }
        return factors;
    }

    private sealed class Merge(TensorContext context) : TaskVectorMerge(context)
    {
        private float[] factors = [];

        public override bool NeedsPass(int pass) => pass == 0;

        public override IMeasure Begin(int pass) => new Gram(Context.Inputs);

        public override void Reduce(int pass, Blocks x, IMeasure into) => ((Gram)into).AddInputs(x, differences: false);

        public override void Learn(int pass, IMeasure whole) => factors = [.. Projection((Gram)whole).Select(f => (float)f)];

        /// <summary>The vector, less its parts along the others in their order, then λ.</summary>
        protected override void Combine(Blocks x, Span<float> merged)
        {
            x[0].CopyTo(merged);
            for (var i = 1; i < x.Count; i++)
                Combining.AddScaled(merged, x[i], -factors[i - 1]);
            if (Context.Arguments.Number("lambda") is not 1 and var lambda)
                Combining.Multiply(merged, (float)lambda);
            Context.Round(merged);
        }
    }
}
