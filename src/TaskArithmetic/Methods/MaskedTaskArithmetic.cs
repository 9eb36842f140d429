using TaskArithmetic.Kernels;
using TaskArithmetic.Methods.Cutting;
using TaskArithmetic.Methods.Matrices;

namespace TaskArithmetic.Methods;

/// <summary>Task arithmetic on the weights that a mask from the vector's own base leaves free.</summary>
internal sealed class MaskedTaskArithmetic : IMergeMethod
{
    private const string Origin = "origin";

    public MethodSchema Schema { get; } = new()
    {
        Name = "masked_task_arithmetic",
        IsOwn = true,
        Summary = "Adds weighted vectors only where a mask allows it. The mask comes from the weights that the vectors started from: off their principal directions (safe), only there (principal), or where they are small (low). A hypothesis to study, not a published merge.",
        Formula = "b + Σ wᵢ·m⊙(xᵢ − o), o the origin (the base where no input has that role); principal: the int(α·n) largest |oᵏ|, oᵏ the rank-k reconstruction of o; low: the int(α·n) smallest |o|; safe: low or not principal; m = 1 for vectors, norms, embeddings and head",
        Source = "masks of arXiv 2511.08567",
        Operands = Operands.Models,
        Parameters =
        [
            MethodParameter.Weight,
            new("role", ParameterScope.Input, ParameterKind.Text, "donor: its difference to the origin is added; origin: what the donors started from.") { Default = "donor", Choices = ["donor", Origin] },
            new("mask", ParameterScope.Global, ParameterKind.Text, "Where vectors are added: safe, principal or low.") { Default = "safe", Choices = ["safe", "principal", "low"] },
            new("rank", ParameterScope.Global, ParameterKind.Integer, "Singular directions that make a weight principal (k).") { Minimum = 1 },
            new("alpha_principal", ParameterScope.Global, ParameterKind.Number, "Share of the weights that is principal.") { Minimum = 0, Maximum = 1 },
            new("alpha_low", ParameterScope.Global, ParameterKind.Number, "Share of the weights that is low.") { Minimum = 0, Maximum = 1 },
        ],
    };

    public IEnumerable<string> Problems(TensorContext tensor)
    {
        var arguments = tensor.Arguments;
        var origins = Enumerable.Range(0, arguments.Count).Count(i => arguments.Text(i, "role") == Origin);
        if (origins > 1)
            yield return $"{origins} inputs have the role origin, and one can";
        if (origins == arguments.Count)
            yield return "no input has the role donor";
        string[] needed = arguments.Text("mask") switch { "safe" => ["rank", "alpha_principal", "alpha_low"], "principal" => ["rank", "alpha_principal"], _ => ["alpha_low"] };
        foreach (var name in needed.Where(n => !arguments.Has(n)))
            yield return $"the mask {arguments.Text("mask")} needs {name}";
    }

    public TensorMerge Bind(TensorContext tensor) => new Merge(tensor);

    private sealed class Merge : TaskVectorMerge
    {
        private readonly double[] weights;
        private readonly int origin;
        private readonly bool isMasked;
        private bool[] mask = [];

        public Merge(TensorContext context)
            : base(context)
        {
            weights = context.Arguments.Numbers("weight");
            origin = Enumerable.Range(0, weights.Length).FirstOrDefault(i => context.Arguments.Text(i, "role") == Origin, -1);
            isMasked = SpectralTensors.IsSpectral(context);
        }

        public override Unit Unit => isMasked ? Unit.Tensor : Unit.Element;

        public override IEnumerable<MethodCount> Counts => isMasked ? [new("weights left free", mask.LongCount(m => m)), new("weights of masked tensors", mask.Length)] : [];

        public override bool NeedsPass(int pass) => isMasked && pass == 0;

        public override IMeasure Begin(int pass) => new Finding<bool[]>();

        public override void Reduce(int pass, Blocks x, IMeasure into) => ((Finding<bool[]>)into).Value = MaskOf(OriginOf(x));

        public override void Learn(int pass, IMeasure whole) => mask = ((Finding<bool[]>)whole).Value ?? [];

        protected override void Combine(Blocks x, Span<float> merged)
        {
            merged.Clear();
            var difference = new float[x.Length];
            for (var i = 0; i < x.Count; i++)
            {
                if (i == origin)
                    continue;
                x[i].CopyTo(difference);
                Combining.Subtract(difference, OriginOf(x));
                Context.Round(difference);
                Combining.AddScaled(merged, difference, (float)weights[i]);
            }
            for (var i = 0; i < merged.Length && isMasked; i++)
                merged[i] = mask[x.First + i] ? merged[i] : 0;
            Context.Round(merged);
        }

        private ReadOnlySpan<float> OriginOf(Blocks x) => origin < 0 ? x.Base : x[origin];

        private bool[] MaskOf(ReadOnlySpan<float> weightsOfOrigin)
        {
            var kind = Context.Arguments.Text("mask");
            var low = kind == "principal" ? [] : Low(weightsOfOrigin);
            var principal = kind == "low" ? [] : Principal(weightsOfOrigin);
            return kind switch
            {
                "low" => low,
                "principal" => principal,
                _ => [.. low.Zip(principal, (l, p) => l || !p)],
            };
        }

        private bool[] Low(ReadOnlySpan<float> values)
        {
            var count = (long)(values.Length * Context.Arguments.Number("alpha_low"));
            return Selected(values, MagnitudeSelection.Between(values.Length, values.Length - count, values.Length));
        }

        private bool[] Principal(ReadOnlySpan<float> values)
        {
            var (rows, columns) = ((int)Context.Shape[0], (int)Context.Shape[1]);
            var subspace = LeadingSubspace.Of(values, rows, columns, Context.Arguments.Integer("rank"));
            var rebuilt = new float[values.Length];
            var row = new double[columns];
            for (var i = 0; i < rows; i++)
            {
                Array.Clear(row);
                subspace.AddRow(i, 1, row);
                for (var j = 0; j < columns; j++)
                    rebuilt[(i * columns) + j] = (float)row[j];
            }
            return Selected(rebuilt, MagnitudeSelection.Largest(values.Length, (long)(values.Length * Context.Arguments.Number("alpha_principal"))));
        }

        /// <summary>Of equal magnitudes those of the lowest index are taken; magnitudes are moved up by one bit pattern, so that a zero that is taken shows.</summary>
        private static bool[] Selected(ReadOnlySpan<float> values, MagnitudeSelection selection)
        {
            var keys = new float[values.Length];
            for (var i = 0; i < keys.Length; i++)
                keys[i] = BitConverter.UInt32BitsToSingle((BitConverter.SingleToUInt32Bits(values[i]) & 0x7FFF_FFFF) + 1);
            while (selection.NeedsPass)
            {
                var measure = selection.Begin();
                selection.Reduce(keys, 0, measure);
                selection.Learn(measure);
            }
            var kept = new float[keys.Length];
            selection.Keep(keys, 0, kept);
            return Array.ConvertAll(kept, k => k != 0);
        }
    }
}
