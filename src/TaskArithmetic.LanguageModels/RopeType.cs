namespace TaskArithmetic.LanguageModels;

/// <summary>How rotary frequencies are stretched beyond the trained length.</summary>
public enum RopeType
{
    /// <summary>Not at all (Su et al., RoFormer).</summary>
    Default,

    /// <summary>All frequencies divided by the factor (position interpolation).</summary>
    Linear,

    /// <summary>The base grows with the length once it exceeds the trained one (dynamic NTK).</summary>
    Dynamic,

    /// <summary>Low frequencies divided, high ones kept, a smooth mix between (Llama 3.1).</summary>
    Llama3,

    /// <summary>Interpolation by a ramp over the dimensions and a scaled softmax (Peng et al., YaRN).</summary>
    Yarn,
}
