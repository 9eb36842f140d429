namespace TaskArithmetic.Methods;

/// <summary>Parameters that several methods of task vectors share, and what is wrong with their values together.</summary>
internal static class TaskVectorParameters
{
    /// <summary>Share of a vector's entries that survives.</summary>
    public static MethodParameter Density { get; } =
        new("density", ParameterScope.Input, ParameterKind.Number, "Share of the vector's entries that survives, per tensor.") { Default = 1.0, Minimum = 0, Maximum = 1 };

    /// <summary>Scale of the merged vector.</summary>
    public static MethodParameter Lambda { get; } =
        new("lambda", ParameterScope.Global, ParameterKind.Number, "Scale of the merged vector (λ).") { Default = 1.0 };

    /// <summary>What mergekit's files may say and nothing depends on.</summary>
    public static MethodParameter Int8Mask { get; } =
        new("int8_mask", ParameterScope.Global, ParameterKind.Flag, "Taken from mergekit's files; has no effect on the values, there or here.") { Default = false };

    /// <summary>Division by the weights.</summary>
    public static MethodParameter Normalize(bool value, bool electsSign) =>
        new("normalize", ParameterScope.Global, ParameterKind.Flag, electsSign
            ? "Divide each entry by the sum of the weights of the vectors that agree with its sign."
            : "Divide the sum by the sum of the weights.")
        { Default = value };

    /// <summary>Scaling of what survives.</summary>
    public static MethodParameter Rescale(bool value) =>
        new("rescale", ParameterScope.Global, ParameterKind.Flag, "Scale what survives of a vector so that it makes up for what was dropped: to the L1 norm before, per tensor.") { Default = value };

    /// <summary>The rule of DARE's scaling.</summary>
    public static MethodParameter RescaleBy { get; } =
        new("rescale_by", ParameterScope.Global, ParameterKind.Text, "What rescale scales by: l1_norm, to the L1 norm before, per tensor, as mergekit does; density, by 1/density, as the paper does.") { Default = "l1_norm", Choices = ["l1_norm", "density"] };

    /// <summary>Weights that cancel each other cannot be divided by; mergekit then divides by 1.</summary>
    public static IEnumerable<string> WeightProblems(TensorContext tensor) => tensor.Precision == Precision.Exact ? CancellingWeights(tensor) : [];

    /// <summary>Weights that cancel each other, in either precision.</summary>
    public static IEnumerable<string> CancellingWeights(TensorContext tensor) =>
        tensor.Arguments.Flag("normalize") && Math.Abs(tensor.Arguments.Numbers("weight").Sum()) < 1e-8
            ? ["the weights sum to 0, so they cannot be normalised"]
            : [];

    /// <summary>BF16 or F16 where every entry of a task vector is one of that dtype.</summary>
    public static Safetensors.DType? SixteenBit(this TensorContext tensor) =>
        tensor.Precision == Precision.Mergekit && tensor.WorkingDType is Safetensors.DType.BF16 or Safetensors.DType.F16 ? tensor.WorkingDType : null;
}
