using System.Diagnostics;

namespace TaskArithmetic.Evaluation.Execution;

/// <summary>A way to start the Python runner so that what it runs cannot do harm.</summary>
internal interface IConfinement
{
    string Name { get; }

    /// <summary>Puts what the runs of one batch share into a folder that is removed after the batch.</summary>
    void Prepare(string folder)
    {
    }

    /// <summary>The command that starts a Python side, which then reads what it is to do from standard input.</summary>
    ProcessStartInfo CreateStartInfo(string folder, string run, RunnerScript script);

    /// <summary>Ends all that a run started, whether the process itself has ended or not.</summary>
    Task EndAsync(Process process, string run);
}
