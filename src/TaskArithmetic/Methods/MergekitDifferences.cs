namespace TaskArithmetic.Methods;

/// <summary>Where mergekit precision differs from the bits of mergekit 0.1.5, for <see cref="MethodSchema.MergekitPrecision"/>.</summary>
internal static class MergekitDifferences
{
    /// <summary>Methods that cut at a magnitude.</summary>
    public const string EqualMagnitudes =
        "the same bits, but where a cut parts entries of equal magnitude, which 16-bit models often have: the reference's sort keeps any of them, here those of the lowest indices survive";

    /// <summary>Random methods.</summary>
    public const string OtherDraws =
        "the same operations and roundings, but other entries survive: the reference draws from torch's generator, whose numbers depend on the order of everything drawn before. Share and L1 norm of what survives agree as far as chance allows";

    /// <summary>Methods that follow from lengths and angles of whole tensors.</summary>
    public const string OtherSums =
        "the same operations, but lengths and products are summed in float64 and in an order of our own instead of torch's: float32 values may differ in their last places, values of 16 bits seldom and by one or two";
}
