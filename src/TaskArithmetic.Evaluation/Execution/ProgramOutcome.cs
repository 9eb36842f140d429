namespace TaskArithmetic.Evaluation.Execution;

/// <summary>What became of one program.</summary>
/// <param name="Status">Whether it ran to its end.</param>
/// <param name="Reason">One line for a reader: the exception, the signal or the limit; empty for a program that passed.</param>
/// <param name="Output">What the program wrote, cut at the output cap.</param>
public sealed record ProgramOutcome(ProgramStatus Status, string Reason, string Output)
{
    /// <summary>Whether the program ran to its end, all its assertions included.</summary>
    public bool Passed => Status == ProgramStatus.Passed;
}
