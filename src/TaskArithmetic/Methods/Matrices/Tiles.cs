using System.Buffers;

namespace TaskArithmetic.Methods.Matrices;

/// <summary>
/// A block cut into tiles that stay in the first-level cache, with the same run of all inputs one behind the other, as kernels over several
/// inputs take it: <c>foreach (var tile in new Tiles(x))</c>.
/// </summary>
internal ref struct Tiles
{
    /// <summary>Most elements of a tile.</summary>
    public const int Length = 2048;

    private readonly Blocks blocks;
    private readonly float[] buffer;
    private int start;
    private int length;

    /// <summary>The tiles of a block.</summary>
    public Tiles(Blocks blocks)
    {
        this.blocks = blocks;
        buffer = ArrayPool<float>.Shared.Rent(Math.Min(Length, blocks.Length) * blocks.Count);
    }

    /// <summary>The tile at hand; its buffer is used again for the next.</summary>
    public readonly Tile Current => new(start, length, buffer.AsSpan(0, length * blocks.Count));

    /// <summary>The tiles themselves.</summary>
    public readonly Tiles GetEnumerator() => this;

    /// <summary>Goes to the next tile.</summary>
    public bool MoveNext()
    {
        start += length;
        length = Math.Min(Length, blocks.Length - start);
        for (var i = 0; i < blocks.Count && length > 0; i++)
            blocks[i].Slice(start, length).CopyTo(buffer.AsSpan(i * length));
        return length > 0;
    }

    /// <summary>Gives the buffer back.</summary>
    public readonly void Dispose() => ArrayPool<float>.Shared.Return(buffer);
}

/// <summary>A run of a block.</summary>
/// <param name="start">Where it begins in the block.</param>
/// <param name="length">Number of elements.</param>
/// <param name="inputs">The run of every input, one behind the other; may be overwritten.</param>
internal readonly ref struct Tile(int start, int length, Span<float> inputs)
{
    public readonly int Start = start;

    public readonly int Length = length;

    public readonly Span<float> Inputs = inputs;

    /// <summary>The run of one input.</summary>
    public Span<float> this[int input] => Inputs.Slice(input * Length, Length);
}
