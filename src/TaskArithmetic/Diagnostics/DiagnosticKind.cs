namespace TaskArithmetic.Diagnostics;

/// <summary>Who can mend what a diagnostic says.</summary>
public enum DiagnosticKind
{
    /// <summary>Whoever gave the options and files: another input is needed.</summary>
    Input,

    /// <summary>What was asked for was judged and is not so: a gate's requirement, a file that provenance describes.</summary>
    Judged,

    /// <summary>The measurement cannot tell, and the caller asked to hear that.</summary>
    Inconclusive,

    /// <summary>Whoever runs the machine: a full disk, no sandbox, no network, an endpoint that does not answer.</summary>
    Environment,
}
