using System.Buffers;
using TaskArithmetic.Kernels;
using TaskArithmetic.Methods.Cutting;
using TaskArithmetic.Methods.Matrices;
using TaskArithmetic.Methods.Summing;
using TaskArithmetic.Safetensors;

namespace TaskArithmetic.Methods;

/// <summary>Selects the entries in which the task vectors differ most, weighs the vectors by their energy there and elects signs.</summary>
internal sealed class Sce : IMergeMethod
{
    public MethodSchema Schema { get; } = new()
    {
        Name = "sce",
        Summary = "Selects the entries in which the task vectors differ most, calculates the vectors' weights from their energy, and erases what disagrees in sign.",
        Formula = "b + Σ wᵢ·eᵢ over the i that agree with the sign of Σ eᵢ / Σ wᵢ over the same i; eᵢ = dᵢ at the int(select_topk·n) entries of largest variance over i, n of them not 0; wᵢ = mean(eᵢ²) / Σ mean(eⱼ²), all equal where that sum is below 1e-6",
        Source = "SCE of FuseChat, arXiv 2408.07990; mergekit 0.1.5",
        Operands = Operands.TaskVectors,
        MergekitPrecision = "the same bits, but where select_topk parts entries of equal variance: the reference keeps any of them, here those of the lowest indices survive, and as the vectors' weights follow from what is kept, the tensor's other values may then move a little",
        Parameters =
        [
            new("select_topk", ParameterScope.Global, ParameterKind.Number, "Share of the entries with a variance above 0 that is merged, those of the largest variance, per tensor; 1 merges all.") { Default = 1.0, Minimum = 0, Maximum = 1 },
            TaskVectorParameters.Int8Mask,
        ],
    };

    public TensorMerge Bind(TensorContext tensor) => new Merge(tensor);

    private sealed class Merge : TaskVectorMerge
    {
        private const double NoEnergy = 1e-6;
        private const float LeastDivisor = 1e-6f;

        private readonly double share;
        private readonly MagnitudeSelection? selection;
        private readonly float[] weights;
        private bool hasWeights;

        public Merge(TensorContext context)
            : base(context)
        {
            share = context.Arguments.Number("select_topk");
            weights = new float[context.Inputs];
            selection = share < 1
                ? MagnitudeSelection.LargestOfNonZero(context.Elements, nonZero => (long)(nonZero * share), context.SixteenBit())
                : null;
        }

        public override bool KeepsBase => share <= 0 && Context.Precision == Precision.Exact;

        public override bool NeedsPass(int pass) => Context.Elements > 0 && !hasWeights;

        public override IMeasure Begin(int pass) => IsSelecting
            ? selection!.Begin()
            : new MeasureSet([.. weights.Select(_ => (IMeasure)(Context.Precision == Precision.Mergekit ? new TorchSum(Context.Elements, DType.F32) : new SquareSum()))]);

        public override void Reduce(int pass, Blocks x, IMeasure into)
        {
            Span<float> variance = stackalloc float[Tiles.Length];
            var isSelecting = IsSelecting;
            foreach (var tile in new Tiles(x))
            {
                var first = x.First + tile.Start;
                if (isSelecting)
                {
                    VarianceOf(tile, variance[..tile.Length]);
                    selection!.Reduce(variance[..tile.Length], first, into);
                    continue;
                }
                Select(tile, first, variance[..tile.Length]);
                for (var i = 0; i < x.Count; i++)
                    AddEnergy(((MeasureSet)into)[i]!, first, tile[i]);
            }
        }

        public override void Learn(int pass, IMeasure whole)
        {
            if (IsSelecting)
            {
                selection!.Learn(whole);
                return;
            }
            if (Context.Precision == Precision.Mergekit)
                SetRoundedWeights((MeasureSet)whole);
            else
                SetWeights((MeasureSet)whole);
            hasWeights = true;
        }

        protected override void Combine(Blocks x, Span<float> merged)
        {
            var buffer = ArrayPool<float>.Shared.Rent(Tiles.Length * (x.Count + 1));
            foreach (var tile in new Tiles(x))
            {
                var terms = buffer.AsSpan(0, tile.Inputs.Length);
                Combine(tile, x.First + tile.Start, terms, buffer.AsSpan(terms.Length, tile.Length), merged.Slice(tile.Start, tile.Length));
            }
            ArrayPool<float>.Shared.Return(buffer);
        }

        private bool IsSelecting => selection?.NeedsPass == true;

        private void Combine(Tile tile, long first, Span<float> terms, Span<float> divisor, Span<float> merged)
        {
            Select(tile, first, divisor);
            tile.Inputs.CopyTo(terms);
            for (var i = 0; i < weights.Length; i++)
                Combining.Multiply(terms.Slice(i * tile.Length, tile.Length), weights[i]);
            Context.Round(terms);
            SignElection.Elect(tile.Inputs, terms, weights, merged, divisor, Context.Precision == Precision.Mergekit ? Context.WorkingDType : DType.F32);
            Combining.DivideByAtLeast(merged, divisor, Context.Round(LeastDivisor));
            Context.Round(merged);
        }

        /// <summary>torch sums in float64 for float32 and in float32 for 16-bit values; the result has the working dtype.</summary>
        private void VarianceOf(Tile tile, Span<float> variance)
        {
            if (Context.Precision == Precision.Mergekit && Context.SixteenBit() is null)
                Spread.VarianceInDouble(tile.Inputs, weights.Length, variance);
            else
                Spread.Variance(tile.Inputs, weights.Length, variance);
            Context.Round(variance);
        }

        /// <summary>Clears the entries that are not selected, in all inputs alike.</summary>
        private void Select(Tile tile, long first, Span<float> scratch)
        {
            if (selection is null)
                return;
            VarianceOf(tile, scratch);
            selection.Keep(scratch, first, scratch);
            for (var i = 0; i < weights.Length; i++)
                Combining.KeepWhereNonZero(tile[i], scratch);
        }

        private void AddEnergy(IMeasure energy, long first, Span<float> values)
        {
            if (energy is SquareSum squares)
            {
                squares.Append(first, values);
                return;
            }
            Combining.Multiply(values, values);
            Context.Round(values);
            ((TorchSum)energy).Append(first, values);
        }

        private void SetWeights(MeasureSet energies)
        {
            var means = Enumerable.Range(0, weights.Length).Select(i => ((SquareSum)energies[i]!).Total / Context.Elements).ToArray();
            var sum = means.Sum();
            for (var i = 0; i < weights.Length; i++)
                weights[i] = (float)(sum < NoEnergy ? 1.0 / weights.Length : means[i] / sum);
        }

        /// <summary>Every mean, their sum and every quotient is rounded to the working dtype.</summary>
        private void SetRoundedWeights(MeasureSet energies)
        {
            for (var i = 0; i < weights.Length; i++)
                weights[i] = Context.Round(((TorchSum)energies[i]!).Total() / Context.Elements);
            var sum = Context.Round(weights.Aggregate(0f, (total, mean) => total + mean));
            for (var i = 0; i < weights.Length; i++)
                weights[i] = Context.Round(sum < NoEnergy ? 1f / weights.Length : weights[i] / sum);
        }
    }
}
