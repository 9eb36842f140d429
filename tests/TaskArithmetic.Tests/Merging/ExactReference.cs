using TaskArithmetic.Safetensors;
using TaskArithmetic.Tests.Checkpoints;

namespace TaskArithmetic.Tests.Merging;

/// <summary>
/// The formula of exact precision, written down without any of the product's arithmetic. Each float32 operation is one float64 operation
/// rounded to float32, which is the correctly rounded float32 result since float64 has more than twice float32's digits.
/// </summary>
internal static class ExactReference
{
    /// <summary><c>t ⊕ f₁ ⊗ (g₁ ⊖ s₁) ⊕ f₂ ⊗ …</c> in float32, left to right, f = float32(α).</summary>
    public static float InSingle(float target, params IEnumerable<(double Alpha, float From, float Minus)> terms) =>
        terms.Aggregate(target, (sum, term) => (float)((double)sum + (float)((double)(float)term.Alpha * (float)((double)term.From - term.Minus))));

    /// <summary><c>t + Σ α(g − s)</c> in float64.</summary>
    public static double InDouble(float target, params IEnumerable<(double Alpha, float From, float Minus)> terms) =>
        terms.Aggregate((double)target, (sum, term) => sum + term.Alpha * ((double)term.From - term.Minus));

    /// <summary>The nearest value of the dtype, ties to even, from the dtype's digits and smallest exponent alone.</summary>
    public static double Round(double value, DType dtype)
    {
        var (digits, smallest) = dtype switch
        {
            DType.BF16 => (8, -133),
            DType.F16 => (11, -24),
            DType.F32 => (24, -149),
            _ => throw new ArgumentOutOfRangeException(nameof(dtype)),
        };
        if (value == 0)
            return value;
        var exponent = Math.Max(Math.ILogB(value) - digits + 1, smallest);
        return Math.ScaleB(Math.Round(Math.ScaleB(value, -exponent), MidpointRounding.ToEven), exponent);
    }

    /// <summary>Values of a merged tensor that are not what the function says, rounded once to the tensor's dtype.</summary>
    public static int CountWrong(TestTensor merged, Func<int, double> expected) =>
        merged.Values.Where((value, i) => value != Round(expected(i), merged.DType)).Count();
}
