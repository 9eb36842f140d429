using TaskArithmetic.Kernels;

namespace TaskArithmetic.Methods;

/// <summary>Takes over the other model's weights where they are close to the base's.</summary>
internal sealed class Nearswap : IMergeMethod
{
    // Differences below it are taken for it, so that nothing is divided by zero.
    private const float Smallest = 1e-6f;

    public MethodSchema Schema { get; } = new()
    {
        Name = "nearswap",
        Summary = "Moves the base to another model where the two are close, and less the further they are apart.",
        Formula = "q·x + (1−q)·b, q = min(t/max(|b−x|, 1e-6), 1)",
        Source = "alchemonaut/QuartetAnemoi-70B (2024); mergekit 0.1.5",
        Operands = Operands.Models,
        MaximumInputs = 1,
        Parameters =
        [
            new("t", ParameterScope.Global, ParameterKind.Number, "Difference of a weight up to which it is taken over entirely.") { Required = true, Minimum = 0 },
        ],
    };

    public TensorMerge Bind(TensorContext tensor) => new Merge(tensor);

    private sealed class Merge(TensorContext context) : TensorMerge
    {
        private readonly float t = (float)context.Arguments.Number("t");

        public override void Map(Blocks x, Span<float> output, Span<float> change)
        {
            if (context.Precision == Precision.Exact)
                Exact(x, output);
            else
                Mergekit(x, output);
        }

        /// <summary>b + q·(x − b), equal in real numbers: q = 0 gives the base's bits, and q = 1 the model's.</summary>
        private void Exact(Blocks x, Span<float> output)
        {
            var b = x.Base;
            var other = x[0];
            for (var i = 0; i < output.Length; i++)
            {
                var difference = other[i] - b[i];
                var share = t / MathF.Max(MathF.Abs(difference), Smallest);
                output[i] = share >= 1 ? other[i] : b[i] + (share * difference);
            }
        }

        /// <summary>R(R(q·x) + R(R(1 − q)·b)) with q = clamp(R(R(1/R|b − x|)·t), 0, 1); t stays float32.</summary>
        private void Mergekit(Blocks x, Span<float> output)
        {
            var share = Shares(x);
            var rest = new float[x.Length];
            for (var i = 0; i < rest.Length; i++)
                rest[i] = 1 - share[i];
            context.Round(rest);
            for (var i = 0; i < rest.Length; i++)
            {
                output[i] = share[i] * x[0][i];
                rest[i] *= x.Base[i];
            }
            context.Round(output);
            context.Round(rest);
            Combining.Add(output, rest);
            context.Round(output);
        }

        private float[] Shares(Blocks x)
        {
            var share = new float[x.Length];
            var smallest = context.Round(Smallest);
            for (var i = 0; i < share.Length; i++)
                share[i] = MathF.Abs(x.Base[i] - x[0][i]);
            context.Round(share);
            for (var i = 0; i < share.Length; i++)
                share[i] = 1 / MathF.Max(share[i], smallest);
            context.Round(share);
            Combining.Multiply(share, t);
            context.Round(share);
            for (var i = 0; i < share.Length; i++)
                share[i] = Math.Clamp(share[i], 0, 1);
            return share;
        }
    }
}
