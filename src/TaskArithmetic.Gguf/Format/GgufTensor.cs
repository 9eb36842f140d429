using TaskArithmetic.Checkpoints;

namespace TaskArithmetic.Gguf.Format;

/// <summary>A tensor to write: where its rows come from, and what becomes of them.</summary>
/// <param name="Name">Its name in the GGUF file.</param>
/// <param name="Type">How it is stored there.</param>
/// <param name="Shape">Extents, outermost first; the file lists them the other way round.</param>
internal sealed record GgufTensor(string Name, GgufType Type, IReadOnlyList<ulong> Shape)
{
    /// <summary>The stored tensor that it is made of; null where <see cref="Values"/> are given.</summary>
    public CheckpointTensor? Source { get; init; }

    /// <summary>Values that no checkpoint stores; float32.</summary>
    public float[] Values { get; init; } = [];

    /// <summary>
    /// Rows of one attention head, where the rows of each head change from halves to pairs: rows i and i + d/2 of the checkpoint, which
    /// rotate together, become rows 2i and 2i + 1. 0 where rows stay.
    /// </summary>
    public int PairedRows { get; init; }

    /// <summary>Added to each weight.</summary>
    public float Shift { get; init; }

    /// <summary>Weights in a row; a vector that changes its order counts as a column.</summary>
    public long Columns => Shape.Count == 1 && PairedRows > 0 ? 1 : (long)Shape[^1];

    /// <summary>Number of weights.</summary>
    public long Elements => Shape.Aggregate(1L, (product, extent) => product * (long)extent);

    /// <summary>Bytes in the file, without padding.</summary>
    public long Bytes => Elements / Columns * Type.RowBytes(Columns);
}
