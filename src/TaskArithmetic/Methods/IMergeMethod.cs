namespace TaskArithmetic.Methods;

/// <summary>
/// A way of merging models. One file holds one method: its schema, from which command line, recipe, YAML keys, item metadata,
/// checks, documentation and model card are made, and its arithmetic. Nothing else in the code knows a method's name.
/// </summary>
/// <remarks>Implementations have a public constructor without parameters and no state: one instance serves all merges.</remarks>
public interface IMergeMethod
{
    /// <summary>What the method is called, takes and does.</summary>
    MethodSchema Schema { get; }

    /// <summary>
    /// What keeps a tensor from being merged with these values although each of them is in its range: one clause for each fault, such
    /// as "the weights sum to 0, so they cannot be normalised". Asked before anything is written.
    /// </summary>
    IEnumerable<string> Problems(TensorContext tensor) => [];

    /// <summary>The arithmetic of one output tensor.</summary>
    TensorMerge Bind(TensorContext tensor);
}
