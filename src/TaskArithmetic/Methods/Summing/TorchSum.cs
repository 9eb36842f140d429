using System.Runtime.Intrinsics;
using TaskArithmetic.Safetensors;

namespace TaskArithmetic.Methods.Summing;

/// <summary>
/// A sum over a whole tensor in float32 with the order of additions that torch's AVX2 kernels have on one thread, for what mergekit
/// precision must give bit for bit.
/// </summary>
/// <remarks>
/// The order, as observed: 32 columns (eight lanes in four chains; for 16-bit values each column first adds the two halves of its
/// register). Rows go into level 0; after every 2^p rows level 0 is added to level 1 and cleared, after 2^2p rows level 1 to level 2, after
/// 2^3p level 2 to level 3, where p = max(4, ⌈log₂ rows⌉ / 4). In the end the levels are added from 0 up, whole registers that fill no row
/// go to the first chain, then come the chains, then the elements that fill no register followed by the eight lanes.
/// </remarks>
internal sealed class TorchSum : GroupedSums<float[]>
{
    private const int Lanes = 8;
    private const int Chains = 4;
    private const int Columns = Lanes * Chains;

    private readonly bool isHalf;
    private readonly int register;
    private readonly int step;

    /// <summary>An empty sum.</summary>
    /// <param name="elements">Elements of the tensor, on which the order depends.</param>
    /// <param name="values">The dtype that torch sums.</param>
    public TorchSum(long elements, DType values)
        : this(elements, values is DType.BF16 or DType.F16)
    {
    }

    private TorchSum(long elements, bool isHalf)
        : base(StepOf(elements, isHalf) * StepOf(elements, isHalf) * Chains * Register(isHalf))
    {
        this.isHalf = isHalf;
        register = Register(isHalf);
        step = StepOf(elements, isHalf);
    }

    /// <summary>The sum over all elements.</summary>
    public float Total()
    {
        if (Count < register)
            return TotalOfFew(Rest);
        var level3 = new float[Columns];
        var level2 = new float[Columns];
        for (var i = 0; i < Groups.Count; i++)
        {
            Add(level2, Groups[i]);
            if ((i + 1) % step == 0)
            {
                Add(level3, level2);
                Array.Clear(level2);
            }
        }
        var level1 = new float[Columns];
        var rest = SumRows(Rest, level1, out var level0);
        Add(level0, level1);
        Add(level0, level2);
        Add(level0, level3);
        for (; rest.Length >= register; rest = rest[register..])
            AddRegister(rest, level0.AsSpan(0, Lanes));
        var total = 0f;
        foreach (var value in rest)
            total += value;
        for (var lane = 0; lane < Lanes; lane++)
            total += ((level0[lane] + level0[Lanes + lane]) + level0[(2 * Lanes) + lane]) + level0[(3 * Lanes) + lane];
        return total;
    }

    /// <inheritdoc/>
    protected override float[] SumOf(ReadOnlySpan<float> values)
    {
        var level1 = new float[Columns];
        SumRows(values, level1, out _);
        return level1;
    }

    private static int Register(bool isHalf) => isHalf ? 2 * Lanes : Lanes;

    private static int StepOf(long elements, bool isHalf)
    {
        var rows = elements / (Chains * Register(isHalf));
        var logarithm = rows <= 2 ? 1 : long.Log2(rows - 1) + 1;
        return 1 << (int)Math.Max(4, logarithm / 4);
    }

    private static void Add(Span<float> sum, ReadOnlySpan<float> values)
    {
        for (var i = 0; i < sum.Length; i += Lanes)
            (Vector256.Create<float>(sum[i..]) + Vector256.Create(values[i..])).CopyTo(sum[i..]);
    }

    /// <summary>Adds blocks of whole rows to level 1 and the remaining rows to level 0, and returns what fills no row.</summary>
    private ReadOnlySpan<float> SumRows(ReadOnlySpan<float> values, Span<float> level1, out float[] level0)
    {
        level0 = new float[Columns];
        var rows = 0;
        for (; values.Length >= Chains * register; values = values[(Chains * register)..])
        {
            for (var chain = 0; chain < Chains; chain++)
                AddRegister(values[(chain * register)..], level0.AsSpan(chain * Lanes, Lanes));
            if (++rows % step != 0)
                continue;
            Add(level1, level0);
            Array.Clear(level0);
        }
        return values;
    }

    private void AddRegister(ReadOnlySpan<float> values, Span<float> lanes)
    {
        var register = Vector256.Create(values);
        if (isHalf)
            register += Vector256.Create(values[Lanes..]);
        (Vector256.Create<float>(lanes) + register).CopyTo(lanes);
    }

    /// <summary>Fewer elements than a register holds: four scalar chains.</summary>
    private static float TotalOfFew(ReadOnlySpan<float> values)
    {
        Span<float> chains = stackalloc float[Chains];
        var i = 0;
        for (; i + Chains <= values.Length; i += Chains)
        {
            for (var chain = 0; chain < Chains; chain++)
                chains[chain] += values[i + chain];
        }
        for (; i < values.Length; i++)
            chains[0] += values[i];
        return ((chains[0] + chains[1]) + chains[2]) + chains[3];
    }
}
