using TaskArithmetic.Checkpoints;
using TaskArithmetic.Kernels;
using TaskArithmetic.Methods.Matrices;

namespace TaskArithmetic.Adapters;

/// <summary>What an adapter does to one tensor of a model: any of a new value, new rows, a low-rank product and a magnitude, in this order.</summary>
/// <param name="Target">The model's tensor.</param>
internal sealed record AdapterChange(CheckpointTensor Target)
{
    /// <summary>What made the change, for messages.</summary>
    public required string Module { get; init; }

    /// <summary>A tensor of the adapter that takes the target's place.</summary>
    public CheckpointTensor? Replacement { get; init; }

    /// <summary>
    /// Whether <see cref="Replacement"/> is no change but PEFT's copy of the weight that the factors were trained on: as a vector only the
    /// factors count.
    /// </summary>
    public bool ReplacementIsCopy { get; init; }

    /// <summary>Rows of the adapter that take the place of the target's.</summary>
    public CheckpointTensor? Rows { get; init; }

    /// <summary>For each of <see cref="Rows"/> the target's row.</summary>
    public IReadOnlyList<long> RowIndices { get; init; } = [];

    /// <summary>The product that is added.</summary>
    public LowRankFactors? Factors { get; init; }

    /// <summary>DoRA: length that each row of the sum is brought to; null without.</summary>
    public CheckpointTensor? Magnitude { get; init; }
}

/// <summary>
/// The factors of <c>scale · B·A</c>, or of its transpose, held in float32 from their first use. Both forms become
/// left [rows, rank] times right [rank, columns], in the orientation of the target.
/// </summary>
internal sealed class LowRankFactors
{
    private readonly Lazy<(float[] Left, float[] Right)> values;

    private LowRankFactors(IReadOnlyList<CheckpointTensor> stored, int rows, int rank, int columns, double scale, Func<(float[], float[])> read)
    {
        Stored = stored;
        (Rows, Rank, Columns) = (rows, rank, columns);
        Scale = (float)scale;
        values = new(read);
    }

    /// <summary>The stored factors.</summary>
    public IReadOnlyList<CheckpointTensor> Stored { get; }

    /// <summary>Rows of the product.</summary>
    public int Rows { get; }

    /// <summary>Length of each sum.</summary>
    public int Rank { get; }

    /// <summary>Columns of the product.</summary>
    public int Columns { get; }

    /// <summary>Multiplies the product; computed in double, rounded to float32 as PEFT's multiplication does.</summary>
    public float Scale { get; }

    /// <summary>Product of an A [rank, in] and a B [out, rank].</summary>
    /// <param name="a">The first factor.</param>
    /// <param name="b">The second factor.</param>
    /// <param name="scale">Multiplies the product.</param>
    /// <param name="transposed">Whether the target is [in, out]: (B·A)ᵀ = Aᵀ·Bᵀ, whose sums have the same products in the same order.</param>
    public static LowRankFactors Of(CheckpointTensor a, CheckpointTensor b, double scale, bool transposed)
    {
        var (rank, input, output) = ((int)a.Info.Shape[0], (int)a.Info.Shape[1], (int)b.Info.Shape[0]);
        return transposed
            ? new([a, b], input, rank, output, scale, () => (MatrixBlocks.Transpose(Read(a), rank, input), MatrixBlocks.Transpose(Read(b), output, rank)))
            : new([a, b], output, rank, input, scale, () => (Read(b), Read(a)));
    }

    /// <summary>A bias that is scaled and added: one row of rank 1.</summary>
    public static LowRankFactors OfBias(CheckpointTensor bias, double scale) =>
        new([bias], 1, 1, (int)bias.Info.ElementCount, scale, () => ([1f], Read(bias)));

    /// <summary>Fills a run of the scaled product.</summary>
    public void Fill(long first, Span<float> run)
    {
        var (left, right) = values.Value;
        new LowRankProduct(left, right, Rank, Columns, Scale).Fill(first, run);
    }

    private static float[] Read(CheckpointTensor tensor)
    {
        var bytes = tensor.File.Read(tensor.Info);
        var read = new float[tensor.Info.ElementCount];
        Widening.ToSingle(bytes, tensor.Info.DType, read);
        return read;
    }
}
