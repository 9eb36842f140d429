using TaskArithmetic.Kernels;
using TaskArithmetic.Methods.Summing;

namespace TaskArithmetic.Methods;

/// <summary>
/// A merge whose result is a sum of its inputs with factors that follow from their inner products, so that one pass learns all there is
/// to know: <c>Σ cᵢ·xᵢ</c>, or <c>b + Σ cᵢ·(xᵢ − b)</c>. Where each row stands for itself, no pass is needed.
/// </summary>
/// <param name="inputs">Number of inputs.</param>
/// <param name="differences">Whether the inputs' differences to the base are meant.</param>
/// <param name="byRow">Whether every row has factors of its own.</param>
/// <param name="rowLength">Elements of a row.</param>
internal abstract class SpanMerge(int inputs, bool differences, bool byRow, long rowLength) : TensorMerge
{
    private double[] factors = [];

    public sealed override Unit Unit => byRow ? Unit.Row : Unit.Element;

    public sealed override bool NeedsPass(int pass) => !byRow && pass == 0;

    public sealed override IMeasure Begin(int pass) => new Gram(inputs);

    public sealed override void Reduce(int pass, Blocks x, IMeasure into) => ((Gram)into).AddInputs(x, differences);

    public sealed override void Learn(int pass, IMeasure whole) => factors = Factors((Gram)whole);

    /// <summary>The factors cᵢ of the inputs.</summary>
    protected abstract double[] Factors(Gram products);

    public sealed override void Map(Blocks x, Span<float> output, Span<float> change)
    {
        if (!byRow)
        {
            Sum(x, factors, output);
            return;
        }
        for (var first = 0; first < x.Length; first += (int)rowLength)
        {
            var row = x.Slice(first, (int)rowLength);
            var products = new Gram(inputs);
            products.AddInputs(row, differences);
            Sum(row, Factors(products), output.Slice(first, row.Length));
        }
    }

    /// <summary>Factors are rounded once to float32; terms are added left to right and the base comes last.</summary>
    private void Sum(Blocks x, double[] factor, Span<float> output)
    {
        output.Clear();
        for (var i = 0; i < x.Count; i++)
        {
            if (differences)
                Combining.AddScaledDifference(output, x[i], x.Base, (float)factor[i]);
            else
                Combining.AddScaled(output, x[i], (float)factor[i]);
        }
        if (differences)
            Combining.Add(output, x.Base);
    }
}
