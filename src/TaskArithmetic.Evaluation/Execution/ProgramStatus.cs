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
