using TaskArithmetic.Kernels;
using TaskArithmetic.Methods.Cutting;
using TaskArithmetic.Methods.Summing;

namespace TaskArithmetic.Methods;

/// <summary>Cuts every vector to its largest entries, gives it back its length over the whole model, and adds it with a coefficient of its own.</summary>
internal sealed class Dots : IMergeMethod
{
    public MethodSchema Schema { get; } = new()
    {
        Name = "dots",
        IsOwn = true,
        Summary = "Cuts each vector to its largest entries, on request with its length over the whole model given back, and adds each with its own coefficient. Made for one SFT and one RL vector of the same base.",
        Formula = "b + Σ wᵢ·fᵢ·cut(dᵢ); cut keeps |dᵢ| ≥ the int(density·n)-th largest, nothing below one; fᵢ = ‖dᵢ‖/‖cut(dᵢ)‖ over all tensors with rescale: global, else 1",
        Source = "DoTS, arXiv 2605.00610",
        Operands = Operands.TaskVectors,
        Surveys = true,
        Parameters =
        [
            MethodParameter.Weight,
            TaskVectorParameters.Density with { Default = 0.3 },
            new("rescale", ParameterScope.Global, ParameterKind.Text, "What makes up for the cut: none, or global, one factor for each vector that gives back its length over all tensors. It matters for fixed weights only: a search over weights finds the same without it.")
            {
                Default = "none", MeantByTrue = "global", MeantByFalse = "none", Choices = ["none", "global"],
            },
        ],
    };

    public TensorMerge Bind(TensorContext tensor) => new Merge(tensor);

    /// <summary>What the survey knows of one vector.</summary>
    /// <param name="Norm">Its length over all tensors.</param>
    /// <param name="KeptNorm">The length of what the cut leaves.</param>
    /// <param name="Kept">Entries that stay.</param>
    /// <param name="Values">All entries.</param>
    internal sealed record VectorCut(double Norm, double KeptNorm, long Kept, long Values)
    {
        /// <summary>One scalar for the whole vector; 1 for one that the cut empties.</summary>
        public double RescaleFactor => KeptNorm > 0 ? Norm / KeptNorm : 1;

        public static VectorCut Of(Sums survey, int input) => new(
            Math.Sqrt(survey.Values[2 * input]), Math.Sqrt(survey.Values[(2 * input) + 1]), survey.Counts[2 * input], survey.Counts[(2 * input) + 1]);
    }

    private sealed class Merge : TaskVectorMerge
    {
        private readonly double[] weights;
        private readonly Cut[] cuts;
        private readonly bool rescales;

        public Merge(TensorContext context)
            : base(context)
        {
            weights = context.Arguments.Numbers("weight");
            cuts = [.. context.Arguments.Numbers("density").Select(d => new Cut(context, d))];
            rescales = context.Arguments.Text("rescale") == "global";
        }

        public override bool NeedsSurvey => rescales;

        public override IEnumerable<MethodFact> Facts => Vectors().SelectMany((v, i) => new MethodFact[]
        {
            new("norm", v.Norm, i), new("norm of what is kept", v.KeptNorm, i), new("rescale factor", v.RescaleFactor, i), new("kept entries", v.Kept, i), new("entries", v.Values, i),
        });

        public override bool NeedsPass(int pass) => cuts.Any(c => c.NeedsPass);

        public override IMeasure Begin(int pass) => new MeasureSet([.. cuts.Select(c => c.Begin())]);

        public override void Reduce(int pass, Blocks x, IMeasure into)
        {
            for (var i = 0; i < cuts.Length; i++)
                cuts[i].Reduce(x[i], x.First, ((MeasureSet)into)[i]);
        }

        public override void Learn(int pass, IMeasure whole)
        {
            for (var i = 0; i < cuts.Length; i++)
                cuts[i].Learn(((MeasureSet)whole)[i]);
        }

        public override IMeasure BeginSurvey() => new Sums(2 * cuts.Length, 2 * cuts.Length);

        public override void Survey(Blocks x, IMeasure into)
        {
            var sums = (Sums)into;
            var kept = new float[x.Length];
            for (var i = 0; i < cuts.Length; i++)
            {
                sums.Counts[2 * i] += cuts[i].Keep(x[i], x.First, kept);
                sums.Counts[(2 * i) + 1] += x.Length;
                sums.Values[2 * i] += Reducing.SumOfSquares(x[i]);
                sums.Values[(2 * i) + 1] += Reducing.SumOfSquares(kept);
            }
        }

        /// <summary>Coefficient and factor are multiplied in double and rounded once; terms are added in the order of the inputs.</summary>
        protected override void Combine(Blocks x, Span<float> merged)
        {
            merged.Clear();
            var kept = new float[x.Length];
            for (var i = 0; i < cuts.Length; i++)
            {
                cuts[i].Keep(x[i], x.First, kept);
                Combining.AddScaled(merged, kept, (float)(weights[i] * Factor(i)));
            }
        }

        private double Factor(int i) => rescales && Context.Survey is Sums survey ? VectorCut.Of(survey, i).RescaleFactor : 1;

        private IEnumerable<VectorCut> Vectors() =>
            Context.Survey is Sums survey ? Enumerable.Range(0, cuts.Length).Select(i => VectorCut.Of(survey, i)) : [];
    }

    /// <summary>The cut of one vector's tensor. Equal magnitudes at the threshold all stay, so no rule about places is needed.</summary>
    private sealed class Cut
    {
        private readonly MagnitudeSelection? selection;
        private readonly bool drops;

        public Cut(TensorContext context, double density)
        {
            var count = (long)(context.Elements * density);
            drops = density < 1 && count < 1;
            selection = density >= 1 || drops ? null : MagnitudeSelection.AtLeast(context.Elements, count, context.SixteenBit());
        }

        public bool NeedsPass => selection?.NeedsPass == true;

        public IMeasure? Begin() => NeedsPass ? selection!.Begin() : null;

        public void Reduce(ReadOnlySpan<float> values, long first, IMeasure? into)
        {
            if (into is not null)
                selection!.Reduce(values, first, into);
        }

        public void Learn(IMeasure? whole)
        {
            if (whole is not null)
                selection!.Learn(whole);
        }

        /// <summary>Writes what stays and tells how many entries that are; zeros stay where the threshold is zero.</summary>
        public long Keep(ReadOnlySpan<float> values, long first, Span<float> kept)
        {
            if (drops)
            {
                kept.Clear();
                return 0;
            }
            if (selection is null)
                values.CopyTo(kept);
            else
                selection.Keep(values, first, kept);
            return Reducing.CountNonZero(kept);
        }
    }
}
