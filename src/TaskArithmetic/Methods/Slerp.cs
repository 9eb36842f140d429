using TaskArithmetic.Kernels;
using TaskArithmetic.Methods.Summing;

namespace TaskArithmetic.Methods;

/// <summary>Spherical interpolation between the base and a model.</summary>
internal sealed class Slerp : IMergeMethod
{
    // Beyond this cosine the angle is too small to divide by its sine, and the arc is a line.
    private const double Colinear = 0.9995;

    // Shorter vectors are not brought to unit length by the reference.
    private const double ShortestLength = 1e-8;

    public MethodSchema Schema { get; } = new()
    {
        Name = "slerp",
        Summary = "Spherical interpolation from the base to one other model, tensor by tensor.",
        Formula = "sin((1−t)θ)/sin θ·b + sin(tθ)/sin θ·x, θ the angle between b and x; (1−t)·b + t·x where |cos θ| > 0.9995",
        Source = "Shoemake, SIGGRAPH 1985; mergekit 0.1.5",
        Operands = Operands.Models,
        MergekitPrecision = MergekitDifferences.OtherSums,
        MaximumInputs = 1,
        Parameters =
        [
            new("t", ParameterScope.Global, ParameterKind.Number, "Place on the arc: 0 is the base, 1 the other model; beyond them it goes on.")
            {
                Required = true, Minimum = 0, Maximum = 1, OutsideIsWarning = true,
            },
        ],
    };

    public TensorMerge Bind(TensorContext tensor) => new Merge(tensor);

    /// <summary>Both precisions compute in float32 and round once, as the reference does.</summary>
    private sealed class Merge(TensorContext context) : TensorMerge
    {
        private readonly double t = context.Arguments.Number("t");
        private double baseFactor;
        private double otherFactor;

        public override bool NeedsPass(int pass) => pass == 0;

        public override IMeasure Begin(int pass) => new Gram(2);

        public override void Reduce(int pass, Blocks x, IMeasure into) => ((Gram)into).AddPair(x.Base, x[0]);

        public override void Learn(int pass, IMeasure whole)
        {
            var products = (Gram)whole;
            var cosine = products[0, 1] / (UnitLength(products.Norm(0)) * UnitLength(products.Norm(1)));
            (baseFactor, otherFactor) = Math.Abs(cosine) > Colinear ? (1 - t, t) : OnArc(Math.Acos(cosine));
        }

        public override void Map(Blocks x, Span<float> output, Span<float> change)
        {
            x.Base.CopyTo(output);
            Combining.Multiply(output, (float)baseFactor);
            Combining.AddScaled(output, x[0], (float)otherFactor);
            context.Round(output);
        }

        private (double, double) OnArc(double angle) => (Math.Sin((1 - t) * angle) / Math.Sin(angle), Math.Sin(t * angle) / Math.Sin(angle));

        private static double UnitLength(double length) => length > ShortestLength ? length : 1;
    }
}
