using TaskArithmetic.Kernels;

namespace TaskArithmetic.Methods.Summing;

/// <summary>Inner products of every two of several vectors, in double.</summary>
internal sealed class Gram(int size) : IMeasure
{
    // Long enough to keep the kernels busy, short enough that the runs of some vectors stay in the nearest cache.
    private const int Run = 2048;

    private readonly double[] products = new double[size * size];

    /// <inheritdoc/>
    public bool IsExact => false;

    /// <summary>Number of vectors.</summary>
    public int Size => size;

    /// <summary><c>vᵢ·vⱼ</c>.</summary>
    public double this[int i, int j] => products[(Math.Min(i, j) * size) + Math.Max(i, j)];

    /// <summary><c>‖vᵢ‖</c>.</summary>
    public double Norm(int i) => Math.Sqrt(this[i, i]);

    /// <summary>The cosine of two vectors; 0 where one has length 0.</summary>
    public double Cosine(int i, int j)
    {
        var lengths = Norm(i) * Norm(j);
        return lengths > 0 ? Math.Clamp(this[i, j] / lengths, -1, 1) : 0;
    }

    /// <summary>The inner product of two sums <c>Σ aᵢ·vᵢ</c> and <c>Σ bᵢ·vᵢ</c>.</summary>
    public double Product(ReadOnlySpan<double> a, ReadOnlySpan<double> b)
    {
        var sum = 0.0;
        for (var i = 0; i < size; i++)
        {
            for (var j = 0; j < size; j++)
                sum += a[i] * b[j] * this[i, j];
        }
        return sum;
    }

    /// <summary>The length of <c>Σ aᵢ·vᵢ</c>.</summary>
    public double Length(ReadOnlySpan<double> a) => Math.Sqrt(Math.Max(0, Product(a, a)));

    /// <inheritdoc/>
    public void Add(IMeasure other)
    {
        var gram = (Gram)other;
        for (var i = 0; i < products.Length; i++)
            products[i] += gram.products[i];
    }

    /// <summary>Adds the products of a block's inputs, or of their differences to the base.</summary>
    public void AddInputs(Blocks x, bool differences)
    {
        var vectors = new float[size][];
        for (var i = 0; i < size; i++)
            vectors[i] = new float[Math.Min(Run, x.Length)];
        for (var first = 0; first < x.Length; first += Run)
        {
            var length = Math.Min(Run, x.Length - first);
            for (var i = 0; i < size; i++)
            {
                var vector = vectors[i].AsSpan(0, length);
                x[i].Slice(first, length).CopyTo(vector);
                if (differences)
                    Combining.Subtract(vector, x.Base.Slice(first, length));
            }
            for (var i = 0; i < size; i++)
            {
                for (var j = i; j < size; j++)
                    products[(i * size) + j] += Reducing.Dot(vectors[i].AsSpan(0, length), vectors[j].AsSpan(0, length));
            }
        }
    }

    /// <summary>Adds the products of two runs, the vectors of a measure of size 2.</summary>
    public void AddPair(ReadOnlySpan<float> first, ReadOnlySpan<float> second)
    {
        products[0] += Reducing.SumOfSquares(first);
        products[1] += Reducing.Dot(first, second);
        products[3] += Reducing.SumOfSquares(second);
    }
}
