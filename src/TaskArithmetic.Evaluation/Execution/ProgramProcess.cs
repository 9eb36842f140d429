using System.ComponentModel;
using System.Diagnostics;
using System.Security.Cryptography;
using System.Text;

namespace TaskArithmetic.Evaluation.Execution;

/// <summary>Runs one program under a confinement and judges how it ended.</summary>
internal static class ProgramProcess
{
    private const int ProcessorTimeSignal = 24;

    // sh reports a signal as 128 + its number, and so do bubblewrap, the container clients and .NET.
    private const int SignalBase = 128;

    // Longer than any cleanup takes; reached only if something that holds the pipes cannot be killed.
    private static readonly TimeSpan DrainPatience = TimeSpan.FromSeconds(5);

    /// <summary>Runs a program; when this returns, nothing of it is running.</summary>
    public static async Task<ProgramOutcome> RunAsync(
        IConfinement confinement, string folder, string program, ProgramLimits limits, CancellationToken cancellationToken)
    {
        var run = "taskarithmetic-" + Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(8));
        var token = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(32));
        var start = confinement.CreateStartInfo(folder, run);
        start.RedirectStandardInput = start.RedirectStandardOutput = start.RedirectStandardError = true;
        using var process = new Process { StartInfo = start };
        try
        {
            process.Start();
        }
        catch (Win32Exception exception)
        {
            return new ProgramOutcome(ProgramStatus.Failed, $"could not start {start.FileName}: {exception.Message}", "");
        }

        var proof = CaptureAsync(process.StandardOutput.BaseStream, token.Length + 1);
        var output = CaptureAsync(process.StandardError.BaseStream, limits.Output);
        var feeding = FeedAsync(process.StandardInput.BaseStream, token + program);
        bool timedOut;
        try
        {
            timedOut = !await EndsWithinAsync(process, limits.WallTime, cancellationToken);
        }
        finally
        {
            await confinement.EndAsync(process, run);
        }
        await Task.WhenAny(Task.WhenAll(proof, output, feeding), Task.Delay(DrainPatience, CancellationToken.None));
        var written = output.IsCompletedSuccessfully ? await output : "";
        var proven = proof.IsCompletedSuccessfully && await proof == token;
        return Judge(process.ExitCode, proven, timedOut, written, limits);
    }

    private static ProgramOutcome Judge(int exitCode, bool proven, bool timedOut, string output, ProgramLimits limits)
    {
        if (timedOut)
            return new(ProgramStatus.TimedOut, $"no end within {limits.WallTime.TotalSeconds:0.#} s", output);
        if (exitCode == SignalBase + ProcessorTimeSignal)
            return new(ProgramStatus.TimedOut, $"more than {limits.ProcessorSeconds} s of processor time", output);
        if (exitCode == 0 && proven)
            return new(ProgramStatus.Passed, "", output);
        if (exitCode == 0)
            return new(ProgramStatus.Failed, "exited with status 0 before its end", output);
        if (exitCode > SignalBase)
            return new(ProgramStatus.Failed, $"killed by signal {exitCode - SignalBase}", output);
        var lastLine = output.TrimEnd().Split('\n')[^1].Trim();
        return new(ProgramStatus.Failed, lastLine.Length > 0 ? lastLine : $"exited with status {exitCode}", output);
    }

    private static async Task<bool> EndsWithinAsync(Process process, TimeSpan time, CancellationToken cancellationToken)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(time);
        try
        {
            await process.WaitForExitAsync(limit.Token);
            return true;
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return false;
        }
    }

    private static async Task FeedAsync(Stream input, string text)
    {
        try
        {
            await using (input)
                await input.WriteAsync(Encoding.UTF8.GetBytes(text));
        }
        catch (IOException)
        {
            // It ended without reading, which its exit status tells better.
        }
    }

    /// <summary>Reads to the end and keeps the first <paramref name="cap"/> bytes, so that a flood fills no memory.</summary>
    private static async Task<string> CaptureAsync(Stream stream, int cap)
    {
        var kept = new MemoryStream();
        var buffer = new byte[16 << 10];
        int read;
        while ((read = await stream.ReadAsync(buffer)) > 0)
            kept.Write(buffer, 0, Math.Min(read, cap - (int)kept.Length));
        return Encoding.UTF8.GetString(kept.GetBuffer(), 0, (int)kept.Length);
    }
}
