using System.Diagnostics;

namespace TaskArithmetic.Evaluation.Execution;

/// <summary>A way to start the Python runner so that what it runs cannot do harm.</summary>
internal interface IConfinement
{
    /// <summary>Name for reports.</summary>
    string Name { get; }

    /// <summary>Puts what the runs of one batch share into a folder that is removed after the batch.</summary>
    void Prepare(string folder);

    /// <summary>The command that starts a Python side, which then reads what it is to do from standard input.</summary>
    /// <param name="folder">The folder given to <see cref="Prepare"/>.</param>
    /// <param name="run">A name of its own for this run.</param>
    /// <param name="script">The side.</param>
    ProcessStartInfo CreateStartInfo(string folder, string run, RunnerScript script);

    /// <summary>Ends all that a run started, whether the process itself has ended or not.</summary>
    /// <param name="process">The started process.</param>
    /// <param name="run">The name given to <see cref="CreateStartInfo"/>.</param>
    Task EndAsync(Process process, string run);
}
