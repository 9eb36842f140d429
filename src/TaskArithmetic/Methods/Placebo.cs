using TaskArithmetic.Kernels;
using TaskArithmetic.Methods.Randomness;

namespace TaskArithmetic.Methods;

/// <summary>A random vector in place of each input's, of the same length in every tensor: what a reasoning vector must beat.</summary>
internal sealed class Placebo : IMergeMethod
{
    public MethodSchema Schema { get; } = new()
    {
        Name = "placebo",
        IsOwn = true,
        Summary = "Control: in place of every vector a random one of the same length in every tensor, the same for the same seed.",
        Formula = "b + Σ wᵢ·(‖dᵢ‖/‖gᵢ‖)·gᵢ, gᵢ normally distributed numbers by seed, tensor name, input and index",
        Source = "control of reasoning-vector studies; Box and Muller (1958)",
        Operands = Operands.TaskVectors,
        IsRandom = true,
        Parameters = [MethodParameter.Weight],
    };

    public TensorMerge Bind(TensorContext tensor) => new Merge(tensor);

    private sealed class Merge(TensorContext context) : TaskVectorMerge(context)
    {
        private readonly double[] weights = context.Arguments.Numbers("weight");
        private readonly GaussianNumbers[] numbers = [.. Enumerable.Range(0, context.Inputs).Select(i => new GaussianNumbers(new CounterRandom(context.Seed, context.Name, i)))];
        private float[] factors = [];

        public override bool NeedsPass(int pass) => pass == 0;

        public override IMeasure Begin(int pass) => new Sums(2 * Context.Inputs);

        public override void Reduce(int pass, Blocks x, IMeasure into)
        {
            var sums = ((Sums)into).Values;
            var random = new float[x.Length];
            for (var i = 0; i < x.Count; i++)
            {
                numbers[i].Fill(x.First, random);
                sums[2 * i] += Reducing.SumOfSquares(x[i]);
                sums[(2 * i) + 1] += Reducing.SumOfSquares(random);
            }
        }

        public override void Learn(int pass, IMeasure whole)
        {
            var sums = ((Sums)whole).Values;
            factors = [.. weights.Select((w, i) => (float)(w * Math.Sqrt(sums[2 * i] / sums[(2 * i) + 1])))];
        }

        protected override void Combine(Blocks x, Span<float> merged)
        {
            merged.Clear();
            var random = new float[x.Length];
            for (var i = 0; i < x.Count; i++)
            {
                numbers[i].Fill(x.First, random);
                Combining.AddScaled(merged, random, factors[i]);
            }
            Context.Round(merged);
        }
    }
}
