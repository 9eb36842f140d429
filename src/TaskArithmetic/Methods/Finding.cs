namespace TaskArithmetic.Methods;

/// <summary>What one look at a whole tensor found: the measure of a pass whose blocks are whole tensors.</summary>
internal sealed class Finding<T> : IMeasure
    where T : class
{
    /// <summary>What was found; null until the tensor was seen.</summary>
    public T? Value { get; set; }

    /// <inheritdoc/>
    public bool IsExact => true;

    /// <inheritdoc/>
    public void Add(IMeasure other) => Value ??= ((Finding<T>)other).Value;
}
