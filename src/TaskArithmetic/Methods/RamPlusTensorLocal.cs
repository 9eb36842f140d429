using TaskArithmetic.Kernels;
using TaskArithmetic.Methods.Matrices;
using TaskArithmetic.Safetensors;

namespace TaskArithmetic.Methods;

/// <summary>RAM with the entries that only one model changed scaled up, by how much of its change others share.</summary>
internal sealed class RamPlusTensorLocal : IMergeMethod
{
    public MethodSchema Schema { get; } = new()
    {
        Name = "ramplus_tl",
        Summary = "As ram, with what only one task vector changes scaled up by how much of that vector others share, tensor by tensor.",
        Formula = "as ram, with sᵢ·dᵢ where only vector i has |dᵢ| > ε; sᵢ = 1 + r·min(sharedᵢ/uniqueᵢ, α), counts of its changed entries that others changed too, or not",
        Source = "RAM+ (tensor-local), arXiv 2601.13572; mergekit 0.1.5",
        Operands = Operands.TaskVectors,
        MergekitPrecision = "the same values; from 16-bit inputs the reference writes float32 unless out_dtype is set, here the working dtype is written",
        Parameters =
        [
            Ram.Epsilon,
            new("r", ParameterScope.Global, ParameterKind.Number, "Strength of the scaling.") { Default = 0.1 },
            new("alpha", ParameterScope.Global, ParameterKind.Number, "Largest ratio of shared to unique entries that counts (α).") { Default = 0.2, Minimum = 0 },
        ],
    };

    public TensorMerge Bind(TensorContext tensor) => new Merge(tensor);

    private sealed class Merge(TensorContext context) : TaskVectorMerge(context)
    {
        private readonly float epsilon = context.Round((float)context.Arguments.Number("epsilon"));
        private readonly float[] scales = new float[context.Inputs];

        public override bool NeedsPass(int pass) => pass == 0 && Context.Elements > 0;

        public override IMeasure Begin(int pass) => new Sums(0, 2 * scales.Length);

        public override void Reduce(int pass, Blocks x, IMeasure into)
        {
            var counts = ((Sums)into).Counts.AsSpan();
            foreach (var tile in new Tiles(x))
                ActiveEntries.Count(tile.Inputs, epsilon, counts[..x.Count], counts[x.Count..]);
        }

        public override void Learn(int pass, IMeasure whole)
        {
            var counts = ((Sums)whole).Counts;
            for (var i = 0; i < scales.Length; i++)
                scales[i] = ScaleOf(counts[i], counts[scales.Length + i]);
        }

        /// <summary>
        /// In mergekit precision the scale is a float32 that torch multiplies with values of the working dtype in float32: only the quotients
        /// of shared entries are rounded before the end.
        /// </summary>
        protected override void Combine(Blocks x, Span<float> merged)
        {
            var isMergekit = Context.Precision == Precision.Mergekit;
            foreach (var tile in new Tiles(x))
                ActiveEntries.Mean(tile.Inputs, scales, epsilon, merged.Slice(tile.Start, tile.Length), isMergekit ? Context.WorkingDType : DType.F32, dividesFirst: isMergekit);
        }

        /// <summary>Counts and quotient in float32, as torch has them; a vector without unique entries has none that the scale could change.</summary>
        private float ScaleOf(long shared, long unique)
        {
            var ratio = unique == 0 ? (shared == 0 ? 0 : float.PositiveInfinity) : (float)shared / unique;
            return 1f + ((float)Context.Arguments.Number("r") * Math.Min(ratio, (float)Context.Arguments.Number("alpha")));
        }
    }
}
