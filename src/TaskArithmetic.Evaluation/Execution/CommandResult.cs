using System.ComponentModel;
using System.Diagnostics;

namespace TaskArithmetic.Evaluation.Execution;

/// <summary>What a helper program answered. Not for programs of a model: those go through <see cref="ProgramProcess"/>.</summary>
/// <param name="ExitCode">Its exit status; -1 if it could not be started or did not end in time.</param>
/// <param name="Output">Its standard output.</param>
/// <param name="Error">Its standard error, or why it did not run.</param>
internal sealed record CommandResult(int ExitCode, string Output, string Error)
{
    /// <summary>Runs a trusted program with nothing on its standard input.</summary>
    public static async Task<CommandResult> RunAsync(ProcessStartInfo start, TimeSpan patience, CancellationToken cancellationToken)
    {
        start.RedirectStandardInput = start.RedirectStandardOutput = start.RedirectStandardError = true;
        using var process = new Process { StartInfo = start };
        try
        {
            process.Start();
        }
        catch (Win32Exception exception)
        {
            return new CommandResult(-1, "", exception.Message);
        }

        process.StandardInput.Close();
        var output = process.StandardOutput.ReadToEndAsync(CancellationToken.None);
        var error = process.StandardError.ReadToEndAsync(CancellationToken.None);
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(patience);
        await process.WaitForExitAsync(limit.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        if (!process.HasExited)
        {
            process.Kill(entireProcessTree: true);
            cancellationToken.ThrowIfCancellationRequested();
            return new CommandResult(-1, "", $"did not end within {patience.TotalSeconds:0} s");
        }
        return new CommandResult(process.ExitCode, await output, await error);
    }
}
