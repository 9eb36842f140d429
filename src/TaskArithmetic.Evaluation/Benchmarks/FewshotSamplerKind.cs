namespace TaskArithmetic.Evaluation.Benchmarks;

/// <summary>How shots are chosen from the pool.</summary>
public enum FewshotSamplerKind
{
    /// <summary>A fresh random draw for each document (<c>default</c>).</summary>
    Default,

    /// <summary>The first rows of the pool (<c>first_n</c>).</summary>
    FirstN,
}
