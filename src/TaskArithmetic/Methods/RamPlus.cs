using TaskArithmetic.Kernels;
using TaskArithmetic.Methods.Matrices;

namespace TaskArithmetic.Methods;

/// <summary>RAM with the entries that one vector alone changes scaled up, by one factor for each vector found over the whole model.</summary>
internal sealed class RamPlus : IMergeMethod
{
    private const string SharedByUnique = "shared/unique";

    public MethodSchema Schema { get; } = new()
    {
        Name = "ramplus",
        IsOwn = true,
        Summary = "Averages what several vectors change and adds what one alone changes, scaled up by how much of that vector others share over the whole model.",
        Formula = "b + sᵢ·dᵢ where only dᵢ is active (|dᵢ| > ε), b + mean of the active dᵢ where several are; sᵢ = 1 + (max(1, r) − 1)·min(1, ρᵢ), ρᵢ = shared/unique or shared/changed entries of vector i",
        Source = "RAM+, arXiv 2601.13572",
        Operands = Operands.TaskVectors,
        Surveys = true,
        Parameters =
        [
            Ram.Epsilon,
            new("rescale_factor", ParameterScope.Global, ParameterKind.Number, "Largest scale of what one vector alone changes (r); up to 1 it is plain ram.") { Default = 1.2, Minimum = 0 },
            new("ratio", ParameterScope.Global, ParameterKind.Text, "What decides how much of it a vector gets: shared/unique, or shared/changed as in the first version.")
            {
                Default = SharedByUnique, Choices = [SharedByUnique, "shared/changed"],
            },
        ],
    };

    public TensorMerge Bind(TensorContext tensor) => new Merge(tensor);

    /// <summary>What the survey knows of one vector.</summary>
    /// <param name="Shared">Active entries that another vector changes too.</param>
    /// <param name="Unique">Active entries that no other changes.</param>
    internal readonly record struct VectorOverlap(long Shared, long Unique)
    {
        public long Changed => Shared + Unique;

        /// <summary>Where nothing is unique the scale has nothing to act on; the quotient then counts as its bound.</summary>
        public double Scale(double largest, bool byUnique)
        {
            var divisor = byUnique ? Unique : Changed;
            var ratio = Changed == 0 ? 0 : divisor == 0 ? 1 : Math.Min(1, (double)Shared / divisor);
            return 1 + ((Math.Max(1, largest) - 1) * ratio);
        }
    }

    private sealed class Merge(TensorContext context) : TaskVectorMerge(context)
    {
        private readonly float epsilon = context.Round((float)context.Arguments.Number("epsilon"));
        private readonly double[] scales = [.. Vectors(context).Select(v => Scale(context, v))];

        public override IEnumerable<MethodFact> Facts => Context.Survey is null ? [] : Vectors(Context).SelectMany((v, i) => new MethodFact[]
        {
            new("changed entries", v.Changed, i), new("shared entries", v.Shared, i), new("unique entries", v.Unique, i), new("scale of unique entries", Scale(Context, v), i),
        });

        public override IMeasure BeginSurvey() => new Sums(0, 2 * Context.Inputs);

        public override void Survey(Blocks x, IMeasure into)
        {
            var counts = ((Sums)into).Counts.AsSpan();
            foreach (var tile in new Tiles(x))
                ActiveEntries.Count(tile.Inputs, epsilon, counts[..x.Count], counts[x.Count..]);
        }

        /// <summary>
        /// The scale stays double and the product is rounded once: a scale rounded to float32 would be off in the same direction for every
        /// entry, enough to move values of 16 bits to the other side of a midpoint.
        /// </summary>
        protected override void Combine(Blocks x, Span<float> merged)
        {
            foreach (var tile in new Tiles(x))
            {
                for (var i = 0; i < tile.Length; i++)
                    merged[tile.Start + i] = Entry(tile.Inputs, tile.Length, i);
            }
            Context.Round(merged);
        }

        /// <summary>Active values are summed left to right and divided by their number.</summary>
        private float Entry(ReadOnlySpan<float> inputs, int run, int at)
        {
            var (count, last, sum) = (0, 0, 0f);
            for (var input = 0; input < scales.Length; input++)
            {
                var value = inputs[(input * run) + at];
                if (MathF.Abs(value) <= epsilon)
                    continue;
                (count, last, sum) = (count + 1, input, sum + value);
            }
            return count switch { 0 => 0, 1 => (float)(scales[last] * sum), _ => sum / count };
        }

        private static IEnumerable<VectorOverlap> Vectors(TensorContext context) => Enumerable.Range(0, context.Inputs)
            .Select(i => context.Survey is Sums survey ? new VectorOverlap(survey.Counts[i], survey.Counts[context.Inputs + i]) : default);

        private static double Scale(TensorContext context, VectorOverlap vector) =>
            vector.Scale(context.Arguments.Number("rescale_factor"), context.Arguments.Text("ratio") == SharedByUnique);
    }
}
