namespace TaskArithmetic.Evaluation.Tokenizers.PreTokenizers;

/// <summary>What becomes of the matches a text is cut at; <c>the-final--countdown</c> cut at <c>-</c> shows each.</summary>
internal enum SplitBehavior
{
    /// <summary><c>the</c>, <c>final</c>, <c>countdown</c>.</summary>
    Removed,

    /// <summary><c>the</c>, <c>-</c>, <c>final</c>, <c>-</c>, <c>-</c>, <c>countdown</c>.</summary>
    Isolated,

    /// <summary><c>the-</c>, <c>final-</c>, <c>-</c>, <c>countdown</c>.</summary>
    MergedWithPrevious,

    /// <summary><c>the</c>, <c>-final</c>, <c>-</c>, <c>-countdown</c>.</summary>
    MergedWithNext,

    /// <summary><c>the</c>, <c>-</c>, <c>final</c>, <c>--</c>, <c>countdown</c>.</summary>
    Contiguous,
}
