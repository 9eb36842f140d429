namespace TaskArithmetic.Torch.LanguageModels;

/// <summary>Why an answer ended.</summary>
public enum GenerationEnding
{
    /// <summary>An end-of-sequence token, which is the answer's last.</summary>
    EndOfSequence,

    /// <summary>The caller's stop condition held after the last token.</summary>
    StopCondition,

    /// <summary>The limit on new tokens.</summary>
    Length,
}
