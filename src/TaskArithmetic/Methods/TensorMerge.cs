using TaskArithmetic.Kernels;

namespace TaskArithmetic.Methods;

/// <summary>The unit in which a method must see a tensor.</summary>
public enum Unit
{
    /// <summary>Any run of elements.</summary>
    Element,

    /// <summary>Whole rows (runs along the last axis).</summary>
    Row,

    /// <summary>The whole tensor at once.</summary>
    Tensor,
}

/// <summary>
/// The arithmetic of one output tensor. The executor first makes as many passes over the inputs as <see cref="NeedsPass"/> asks for, then
/// maps every block to its result. Blocks are cut in a fixed way and measures are added in the order of blocks, so that results do not
/// depend on the number of threads. Several threads call <see cref="Reduce"/>, <see cref="Survey"/> and <see cref="Map"/> at a time:
/// they must not write to fields; <see cref="Learn"/> is called by one.
/// </summary>
public abstract class TensorMerge
{
    /// <summary>What a block must hold.</summary>
    public virtual Unit Unit => Unit.Element;

    /// <summary>Whether the result is the base, bit for bit: its bytes are then written as they are.</summary>
    public virtual bool KeepsBase => false;

    /// <summary>Whether another pass over the inputs is needed; asked after the former pass was learnt.</summary>
    /// <param name="pass">Passes made so far.</param>
    public virtual bool NeedsPass(int pass) => false;

    /// <summary>An empty measure of a pass.</summary>
    public virtual IMeasure Begin(int pass) => throw new InvalidOperationException("This method makes no pass over its inputs.");

    /// <summary>Adds what a block shows to a measure.</summary>
    public virtual void Reduce(int pass, Blocks x, IMeasure into) => throw new InvalidOperationException("This method makes no pass over its inputs.");

    /// <summary>Takes the measure of a whole pass.</summary>
    public virtual void Learn(int pass, IMeasure whole)
    {
    }

    /// <summary>Whether the survey is needed with these values of parameters; asked only of methods whose schema says that they survey.</summary>
    public virtual bool NeedsSurvey => true;

    /// <summary>An empty measure of the survey, one kind for all tensors of a merge.</summary>
    public virtual IMeasure BeginSurvey() => throw new InvalidOperationException("This method makes no survey.");

    /// <summary>Adds what a block tells about the whole model; called once for every block, after the passes over its tensor.</summary>
    public virtual void Survey(Blocks x, IMeasure into) => throw new InvalidOperationException("This method makes no survey.");

    /// <summary>What the passes counted in this tensor, for reports, which add the counts of all tensors; asked after the last pass.</summary>
    public virtual IEnumerable<MethodCount> Counts => [];

    /// <summary>What the survey found of the whole model, for reports; the same for all tensors.</summary>
    public virtual IEnumerable<MethodFact> Facts => [];

    /// <summary>What the passes noticed that deserves a warning: one clause each, such as "the largest vector is 12 times the smallest"; asked after the last pass.</summary>
    public virtual IEnumerable<string> Remarks => [];

    /// <summary>The factors of a result that is nothing but a weighted sum; null where it is more. <see cref="Map"/> gives the same bits.</summary>
    internal virtual WeightedSum? WeightedSum => null;

    /// <summary>The formula.</summary>
    /// <param name="x">The inputs.</param>
    /// <param name="output">Receives the merged weights in float32; they are rounded to the output dtype afterwards.</param>
    /// <param name="change">
    /// Receives what a method of task vectors asks to change, before any rounding: not zero where the target would change in real numbers. What
    /// a method of models changes is measured against the target by the executor, whatever is left here.
    /// </param>
    public abstract void Map(Blocks x, Span<float> output, Span<float> change);
}

/// <summary>A number that a method counted in a tensor.</summary>
/// <param name="Name">What was counted: <c>kept entries</c>.</param>
/// <param name="Count">How many.</param>
/// <param name="Input">The input it is about; null where it is about all.</param>
public readonly record struct MethodCount(string Name, long Count, int? Input = null);

/// <summary>A number that a survey found of the whole model.</summary>
/// <param name="Name">What it is: <c>rescale factor</c>.</param>
/// <param name="Value">The number.</param>
/// <param name="Input">The input it is about; null where it is about all.</param>
public readonly record struct MethodFact(string Name, double Value, int? Input = null);

/// <summary>A method that makes one merged task vector, which is then added to the base.</summary>
public abstract class TaskVectorMerge(TensorContext context) : TensorMerge
{
    /// <summary>What is known of the tensor.</summary>
    protected TensorContext Context => context;

    /// <summary>Writes the merged task vector m of a block; <c>b + m</c> becomes the output.</summary>
    protected abstract void Combine(Blocks x, Span<float> merged);

    /// <inheritdoc/>
    public sealed override void Map(Blocks x, Span<float> output, Span<float> change)
    {
        Combine(x, change);
        x.Base.CopyTo(output);
        Kernels.Combining.Add(output, change);
        context.Round(output);
    }
}
