using TaskArithmetic.Methods;
using TaskArithmetic.Recipes;
using TaskArithmetic.Safetensors;

namespace TaskArithmetic.Merging;

/// <summary>The factors of one tensor's arithmetic, with method and precision.</summary>
/// <param name="Method">How terms combine.</param>
/// <param name="Precision">Where roundings happen.</param>
/// <param name="WorkingDType">Dtype rounded to after every operation in mergekit precision.</param>
/// <param name="Divisor">Σ α, or null when the recipe does not normalise.</param>
/// <param name="Lambda">λ of task arithmetic.</param>
internal sealed record Coefficients(MergeMethod Method, Precision Precision, DType WorkingDType, double? Divisor, double Lambda)
{
    /// <summary>
    /// The one float32 factor of a term in exact precision: α·λ/Σα, formed in double and rounded once.
    /// </summary>
    public float ExactFactor(double alpha) => (float)(alpha * Lambda / (Divisor ?? 1));
}
