namespace TaskArithmetic.Methods;

/// <summary>Where roundings happen.</summary>
public enum Precision
{
    /// <summary>float32 throughout, one rounding (nearest even) to the output dtype at the end.</summary>
    Exact,

    /// <summary>The operation order and the roundings of mergekit 0.1.5 on torch with AVX2, bit for bit.</summary>
    Mergekit,
}
