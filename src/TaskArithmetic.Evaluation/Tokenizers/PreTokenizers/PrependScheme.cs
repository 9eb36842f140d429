namespace TaskArithmetic.Evaluation.Tokenizers.PreTokenizers;

/// <summary>Which segments get the mark of a word's start put in front.</summary>
internal enum PrependScheme
{
    /// <summary>Every one that lacks it.</summary>
    Always,

    /// <summary>Only the one the input text starts with.</summary>
    First,

    /// <summary>None.</summary>
    Never,
}
