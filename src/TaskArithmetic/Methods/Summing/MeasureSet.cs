namespace TaskArithmetic.Methods.Summing;

/// <summary>Several measures of one pass side by side, such as one for each input; a place may be empty.</summary>
internal sealed class MeasureSet(params IReadOnlyList<IMeasure?> measures) : IMeasure
{
    /// <inheritdoc/>
    public bool IsExact { get; } = measures.All(m => m?.IsExact != false);

    /// <summary>The measure at a place, or null.</summary>
    public IMeasure? this[int index] => measures[index];

    /// <inheritdoc/>
    public void Add(IMeasure other)
    {
        for (var i = 0; i < measures.Count; i++)
            measures[i]?.Add(((MeasureSet)other)[i]!);
    }
}
