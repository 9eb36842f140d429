namespace TaskArithmetic.Methods;

/// <summary>The same run of elements of all operands, widened to float32.</summary>
public readonly ref struct Blocks
{
    private readonly float[][] inputs;
    private readonly int start;

    /// <summary>Blocks over buffers.</summary>
    /// <param name="first">Index in the tensor of the first element.</param>
    /// <param name="length">Number of elements.</param>
    /// <param name="baseValues">The base's elements; empty where there is no base.</param>
    /// <param name="inputs">One buffer for each input.</param>
    /// <param name="start">Where the run begins in those buffers.</param>
    public Blocks(long first, int length, ReadOnlySpan<float> baseValues, float[][] inputs, int start)
    {
        First = first;
        Length = length;
        Base = baseValues;
        this.inputs = inputs;
        this.start = start;
    }

    /// <summary>A shorter run of the same operands.</summary>
    /// <param name="offset">Elements to leave out.</param>
    /// <param name="length">Number of elements.</param>
    public Blocks Slice(int offset, int length) =>
        new(First + offset, length, Base.IsEmpty ? default : Base.Slice(offset, length), inputs, start + offset);

    /// <summary>Index in the tensor of the first element.</summary>
    public long First { get; }

    /// <summary>Number of elements.</summary>
    public int Length { get; }

    /// <summary>The base (the target of the merge); empty where there is none.</summary>
    public ReadOnlySpan<float> Base { get; }

    /// <summary>Number of inputs.</summary>
    public int Count => inputs.Length;

    /// <summary>
    /// One input: a task vector or a model, as the method's schema says. In mergekit precision models are rounded to the working dtype and
    /// task vectors are <c>R(xᵢ − b)</c>.
    /// </summary>
    public ReadOnlySpan<float> this[int input] => inputs[input].AsSpan(start, Length);
}
