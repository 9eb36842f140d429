using System.Collections;
using TaskArithmetic.Methods;

namespace TaskArithmetic.Planning;

/// <summary>A method's arithmetic for a tensor of which some rows stay the target's, whatever the method makes of them: those of tokens that not all models know.</summary>
/// <param name="merge">The arithmetic.</param>
/// <param name="kept">The rows that stay. Every input holds the target's values there.</param>
/// <param name="rowLength">Elements in a row.</param>
internal sealed class RowKeepingMerge(TensorMerge merge, BitArray kept, int rowLength) : TensorMerge
{
    public override Unit Unit => merge.Unit;

    public override bool KeepsBase => merge.KeepsBase;

    public override bool NeedsSurvey => merge.NeedsSurvey;

    public override IEnumerable<MethodCount> Counts => merge.Counts;

    public override IEnumerable<MethodFact> Facts => merge.Facts;

    public override IEnumerable<string> Remarks => merge.Remarks;

    public override bool NeedsPass(int pass) => merge.NeedsPass(pass);

    public override IMeasure Begin(int pass) => merge.Begin(pass);

    public override void Reduce(int pass, Blocks x, IMeasure into) => merge.Reduce(pass, x, into);

    public override void Learn(int pass, IMeasure whole) => merge.Learn(pass, whole);

    public override IMeasure BeginSurvey() => merge.BeginSurvey();

    public override void Survey(Blocks x, IMeasure into) => merge.Survey(x, into);

    public override void Map(Blocks x, Span<float> output, Span<float> change)
    {
        merge.Map(x, output, change);
        var target = x.Base.IsEmpty ? x[0] : x.Base;
        for (var start = 0; start < output.Length;)
        {
            var at = x.First + start;
            var count = (int)Math.Min(output.Length - start, rowLength - at % rowLength);
            if (kept[(int)(at / rowLength)])
            {
                target.Slice(start, count).CopyTo(output[start..]);
                change.Slice(start, count).Clear();
            }
            start += count;
        }
    }
}
