using TaskArithmetic.Diagnostics;
using TaskArithmetic.Kernels;
using TaskArithmetic.Methods.Summing;

namespace TaskArithmetic.Methods;

/// <summary>
/// A control of studies over two vectors r and o: <c>b + λ·(p·r + q·o)</c> with factors p and q from their lengths and their product over
/// the whole model.
/// </summary>
/// <param name="context">The tensor.</param>
/// <param name="factors">What p and q are.</param>
internal sealed class PairMerge(TensorContext context, Func<Gram, (double P, double Q)> factors) : TaskVectorMerge(context)
{
    private readonly (double P, double Q) factor = context.Survey is Gram pair ? factors(pair) : default;
    private readonly double lambda = context.Arguments.Number("lambda");

    public override IEnumerable<MethodFact> Facts => Context.Survey is not Gram pair ? [] :
    [
        new("norm", pair.Norm(0), 0),
        new("norm", pair.Norm(1), 1),
        new("norm of the sum", SumNorm(pair)),
        new("projection of the second vector on the first", Projection(pair)),
        new("share of the second vector's energy that is orthogonal to the first", OrthogonalShare(pair)),
    ];

    /// <summary>The schema of a control.</summary>
    public static MethodSchema SchemaOf(string name, string summary, string formula, params MethodParameter[] parameters) => new()
    {
        Name = name,
        IsOwn = true,
        Summary = summary,
        Formula = formula,
        Source = "No Task Vector Is an Island (2026)",
        Operands = Operands.TaskVectors,
        MinimumInputs = 2,
        MaximumInputs = 2,
        Surveys = true,
        Parameters = [.. parameters, TaskVectorParameters.Lambda],
    };

    /// <summary>R = ‖r + o‖.</summary>
    public static double SumNorm(Gram pair) => pair.Length([1, 1]);

    /// <summary>α = ⟨o, r⟩/‖r‖².</summary>
    /// <exception cref="DiagnosticException">TA2066: r is zero.</exception>
    public static double Projection(Gram pair) => pair[0, 1] / (NotZero(pair, 0) * pair.Norm(0));

    /// <summary>1 − cos² of the two vectors.</summary>
    public static double OrthogonalShare(Gram pair) => 1 - (pair.Cosine(0, 1) * pair.Cosine(0, 1));

    /// <summary>The length of a vector that must have one.</summary>
    /// <exception cref="DiagnosticException">TA2066: it is zero.</exception>
    public static double NotZero(Gram pair, int input) =>
        pair.Norm(input) > 0 ? pair.Norm(input) : throw new DiagnosticException(MethodDiagnostics.ZeroVector(input));

    public override IMeasure BeginSurvey() => new Gram(2);

    public override void Survey(Blocks x, IMeasure into) => ((Gram)into).AddPair(x[0], x[1]);

    protected override void Combine(Blocks x, Span<float> merged)
    {
        merged.Clear();
        Combining.AddScaled(merged, x[0], (float)(lambda * factor.P));
        Combining.AddScaled(merged, x[1], (float)(lambda * factor.Q));
        Context.Round(merged);
    }
}
