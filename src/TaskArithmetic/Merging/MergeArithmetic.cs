using TaskArithmetic.Kernels;
using TaskArithmetic.Methods;
using TaskArithmetic.Recipes;

namespace TaskArithmetic.Merging;

/// <summary>
/// What differs between methods and precisions, on one block of float32 values. The order of operations is the contract:
/// see docs/merge-arithmetic.md and, for mergekit precision, the restatement of mergekit 0.1.5 it quotes.
/// </summary>
internal static class MergeArithmetic
{
    /// <summary>Prepares the accumulator.</summary>
    /// <param name="c">The tensor's factors.</param>
    /// <param name="target">The target's values.</param>
    /// <param name="accumulator">Receives the start value.</param>
    public static void Start(Coefficients c, ReadOnlySpan<float> target, Span<float> accumulator)
    {
        if (c is { Method: MergeMethod.TaskArithmetic, Precision: Precision.Exact })
            target.CopyTo(accumulator);
        else
            accumulator.Clear();
    }

    /// <summary>Adds one term.</summary>
    /// <param name="c">The tensor's factors.</param>
    /// <param name="alpha">The term's α.</param>
    /// <param name="accumulator">The sum so far.</param>
    /// <param name="from">The vector's, donor's or model's values; used as scratch.</param>
    /// <param name="minus">The other donor's values, or empty for a vector or model.</param>
    public static void Add(Coefficients c, double alpha, Span<float> accumulator, Span<float> from, ReadOnlySpan<float> minus)
    {
        switch (c)
        {
            case { Precision: Precision.Exact } when minus.IsEmpty:
                Combining.AddScaled(accumulator, from, c.ExactFactor(alpha));
                break;
            case { Precision: Precision.Exact }:
                Combining.AddScaledDifference(accumulator, from, minus, c.ExactFactor(alpha));
                break;
            case { Method: MergeMethod.Linear }:
                Combining.FusedMultiplyAdd(accumulator, from, (float)alpha);
                break;
            default:
                AddRounded(c, alpha, accumulator, from, minus);
                break;
        }
    }

    /// <summary>Finishes the block: on return the accumulator holds the merged values before the rounding to the output dtype.</summary>
    public static void Finish(Coefficients c, ReadOnlySpan<float> target, Span<float> accumulator, IReadOnlyList<double> alphas)
    {
        if (c.Precision == Precision.Exact)
            return;
        if (c.Method == MergeMethod.Linear)
        {
            if (c.Divisor is not null)
                Combining.Divide(accumulator, alphas.Aggregate(0f, (sum, alpha) => sum + (float)alpha));
        }
        else
        {
            FinishRounded(c, target, accumulator, alphas);
        }
        Rounding.ToPrecision(accumulator, c.WorkingDType);
    }

    /// <summary>d = R(from − minus); v = R(d·w) with w itself in the working dtype; the sum stays in float32.</summary>
    private static void AddRounded(Coefficients c, double alpha, Span<float> accumulator, Span<float> from, ReadOnlySpan<float> minus)
    {
        if (!minus.IsEmpty)
        {
            Combining.Subtract(from, minus);
            Rounding.ToPrecision(from, c.WorkingDType);
        }
        Combining.Multiply(from, RoundToWorking(c, (float)alpha));
        Rounding.ToPrecision(from, c.WorkingDType);
        Combining.Add(accumulator, from);
    }

    /// <summary>m = R(Σv); m = R(m/D); m = R(m·λ) with λ as float32; R(b + m).</summary>
    private static void FinishRounded(Coefficients c, ReadOnlySpan<float> target, Span<float> accumulator, IReadOnlyList<double> alphas)
    {
        Rounding.ToPrecision(accumulator, c.WorkingDType);
        if (c.Divisor is not null)
        {
            var divisor = RoundToWorking(c, alphas.Aggregate(0f, (sum, alpha) => sum + RoundToWorking(c, (float)alpha)));
            Combining.Divide(accumulator, MathF.Abs(divisor) < 1e-8f ? 1f : divisor);
            Rounding.ToPrecision(accumulator, c.WorkingDType);
        }
        if (c.Lambda != 1)
        {
            Combining.Multiply(accumulator, (float)c.Lambda);
            Rounding.ToPrecision(accumulator, c.WorkingDType);
        }
        Combining.Add(accumulator, target);
    }

    private static float RoundToWorking(Coefficients c, float value)
    {
        Span<float> one = [value];
        Rounding.ToPrecision(one, c.WorkingDType);
        return one[0];
    }
}
