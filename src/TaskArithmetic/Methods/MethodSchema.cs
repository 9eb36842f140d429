namespace TaskArithmetic.Methods;

/// <summary>What a method is called, takes and does.</summary>
public sealed record MethodSchema
{
    /// <summary>Name in recipes, as the field spells it: <c>task_arithmetic</c>.</summary>
    public required string Name { get; init; }

    /// <summary>One sentence for help and documentation.</summary>
    public required string Summary { get; init; }

    /// <summary>The formula, with <c>b</c> the base, <c>xᵢ</c> the models, <c>dᵢ</c> the task vectors and <c>wᵢ</c> their weights.</summary>
    public required string Formula { get; init; }

    /// <summary>Where the formula comes from: a paper or a program.</summary>
    public required string Source { get; init; }

    /// <summary>What the inputs of a block are.</summary>
    public required Operands Operands { get; init; }

    /// <summary>What the base is for the method.</summary>
    public BaseUse Base { get; init; } = BaseUse.Required;

    /// <summary>Fewest inputs, the base not counted unless it is an input itself.</summary>
    public int MinimumInputs { get; init; } = 1;

    /// <summary>Most inputs, the base not counted unless it is an input itself; null without limit.</summary>
    public int? MaximumInputs { get; init; }

    /// <summary>Parameters, in the order of documentation.</summary>
    public IReadOnlyList<MethodParameter> Parameters { get; init; } = [];

    /// <summary>Whether the result depends on the recipe's seed.</summary>
    public bool IsRandom { get; init; }

    /// <summary>Whether mergekit does not know the method. In its files every weight must be given; a method of ours keeps its default there.</summary>
    public bool IsOwn { get; init; }

    /// <summary>
    /// Where mergekit precision differs from the bits of mergekit 0.1.5, as a clause for the documentation; null where the bits are the same.
    /// </summary>
    public string? MergekitPrecision { get; init; }

    /// <summary>Whether numbers of the whole model are needed first: <see cref="TensorMerge.Survey"/> then runs over every tensor before the first is merged.</summary>
    public bool Surveys { get; init; }

    /// <summary>Whether some tensors need <see cref="TensorContext.LinearAlgebra"/>, and so libtorch.</summary>
    public bool NeedsLinearAlgebra { get; init; }

    /// <summary>The parameter of this name, or null.</summary>
    public MethodParameter? Find(string name) => Parameters.FirstOrDefault(p => p.Name == name);
}

/// <summary>What the inputs of a method's blocks are.</summary>
public enum Operands
{
    /// <summary>Task vectors <c>dᵢ = xᵢ − b</c>, or with an own base <c>aᵢ − bᵢ</c>, or read from a vector file.</summary>
    TaskVectors,

    /// <summary>The models' own weights <c>xᵢ</c>.</summary>
    Models,
}

/// <summary>What the base model is for a method.</summary>
public enum BaseUse
{
    /// <summary>The arithmetic needs it.</summary>
    Required,

    /// <summary>The arithmetic uses it where it is given.</summary>
    Optional,

    /// <summary>It is one input like the others, where it is listed; otherwise it gives configuration and tokenizer only.</summary>
    Input,
}

/// <summary>Where a parameter stands.</summary>
public enum ParameterScope
{
    /// <summary>One value for each input.</summary>
    Input,

    /// <summary>One value for the merge.</summary>
    Global,
}

/// <summary>What a parameter's value is.</summary>
public enum ParameterKind
{
    /// <summary>A finite number.</summary>
    Number,

    /// <summary>A whole number.</summary>
    Integer,

    /// <summary>true or false.</summary>
    Flag,

    /// <summary>One of <see cref="MethodParameter.Choices"/>, or any text where there are none.</summary>
    Text,
}

/// <summary>One parameter of a method.</summary>
/// <param name="Name">Name in recipes: <c>density</c>.</param>
/// <param name="Scope">Where it stands.</param>
/// <param name="Kind">What its value is.</param>
/// <param name="Description">One sentence with the unit.</param>
public sealed record MethodParameter(string Name, ParameterScope Scope, ParameterKind Kind, string Description)
{
    /// <summary>Value where none is given: a double, a bool or a text; null where there is none.</summary>
    public object? Default { get; init; }

    /// <summary>Whether a recipe must give it.</summary>
    public bool Required { get; init; }

    /// <summary>Smallest value.</summary>
    public double Minimum { get; init; } = double.NegativeInfinity;

    /// <summary>Largest value.</summary>
    public double Maximum { get; init; } = double.PositiveInfinity;

    /// <summary>Whether the smallest and the largest value themselves are outside.</summary>
    public bool Exclusive { get; init; }

    /// <summary>Whether a value outside of the range is only remarkable.</summary>
    public bool OutsideIsWarning { get; init; }

    /// <summary>The word of <see cref="Choices"/> that true stands for; null where it stands for none.</summary>
    public string? MeantByTrue { get; init; }

    /// <summary>The word of <see cref="Choices"/> that false stands for; null where it stands for none.</summary>
    public string? MeantByFalse { get; init; }

    /// <summary>The words a text may be.</summary>
    public IReadOnlyList<string> Choices { get; init; } = [];

    /// <summary>Weight of an input: what Alpha and <c>alpha=</c> set as well.</summary>
    public static MethodParameter Weight { get; } =
        new("weight", ParameterScope.Input, ParameterKind.Number, "Factor of the input (α).") { Default = 1.0 };
}
