namespace TaskArithmetic.Evaluation.Execution;

/// <summary>How a program ended.</summary>
public enum ProgramStatus
{
    /// <summary>The last statement returned.</summary>
    Passed,

    /// <summary>An exception, a signal, an early exit or a broken limit.</summary>
    Failed,

    /// <summary>The wall clock ran out. Reported apart from failures: a loaded machine can cause it, a wrong answer need not.</summary>
    TimedOut,
}

/// <summary>What became of one program.</summary>
/// <param name="Status">Whether it ran to its end.</param>
/// <param name="Reason">One line for a reader: the exception, the signal or the limit; empty for a program that passed.</param>
/// <param name="Output">What the program wrote, cut at the output cap.</param>
public sealed record ProgramOutcome(ProgramStatus Status, string Reason, string Output)
{
    /// <summary>Whether the program ran to its end, all its assertions included.</summary>
    public bool Passed => Status == ProgramStatus.Passed;
}

/// <summary>What a model wrote, and the tests that decide about it. They run in two processes.</summary>
/// <param name="Candidate">The model's program: definitions that the tests use.</param>
/// <param name="Tests">The tests, to the call of the test function as the last statement; nothing of the model's.</param>
public sealed record JudgedProgram(string Candidate, string Tests);
