using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace TaskArithmetic.Evaluation.Execution;

/// <summary>Runs one program under a confinement and judges how it ended.</summary>
internal static class ProgramProcess
{
    private const int ProcessorTimeSignal = 24;

    // sh reports a signal as 128 + its number, and so do bubblewrap, the container clients and .NET.
    private const int SignalBase = 128;

    // What the tests' side ends with when the candidate's process is gone.
    private const int CandidateLost = 97;

    /// <summary>Runs a whole program in one process; when this returns, nothing of it is running.</summary>
    public static async Task<ProgramOutcome> RunAsync(
        IConfinement confinement, string folder, string program, ProgramLimits limits, CancellationToken cancellationToken)
    {
        var token = NewToken();
        using var process = ConfinedProcess.Start(confinement, folder, RunnerScript.Program, limits, out var problem);
        if (process is null)
            return new ProgramOutcome(ProgramStatus.Failed, problem, "");
        var proof = ConfinedProcess.CaptureAsync(process.Output, token.Length + 1);
        _ = ConfinedProcess.RelayAsync(Encoding.UTF8.GetBytes(token + program), Stream.Null, process.Input, 0);
        bool ended;
        using (var deadline = Deadline(limits, cancellationToken))
        {
            ended = await process.EndsAsync(deadline.Token);
            await process.EndAsync();
        }
        cancellationToken.ThrowIfCancellationRequested();
        var written = await process.WrittenAsync();
        return Judge(process.ExitCode, await ConfinedProcess.DrainedAsync(proof) == token, !ended, written, written, limits);
    }

    /// <summary>Runs tests in one process and their candidate in another; when this returns, nothing of either is running.</summary>
    public static async Task<ProgramOutcome> JudgeAsync(
        IConfinement confinement, string folder, JudgedProgram program, ProgramLimits limits, CancellationToken cancellationToken)
    {
        var token = NewToken();
        // Both from this thread, before anything is awaited: see ProgramExecutor.
        using var candidate = ConfinedProcess.Start(confinement, folder, RunnerScript.Candidate, limits, out var problem);
        if (candidate is null)
            return new ProgramOutcome(ProgramStatus.Failed, problem, "");
        using var tests = ConfinedProcess.Start(confinement, folder, RunnerScript.Tests, limits, out problem);
        if (tests is null)
        {
            await candidate.EndAsync();
            return new ProgramOutcome(ProgramStatus.Failed, problem, "");
        }
        var proof = ConfinedProcess.RelayAsync(Part(program.Candidate), tests.Output, candidate.Input, token.Length);
        _ = ConfinedProcess.RelayAsync([.. Part(token), .. Part(program.Tests)], candidate.Output, tests.Input, 0);
        bool ended, lost = false;
        using (var deadline = Deadline(limits, cancellationToken))
        {
            ended = await tests.EndsAsync(deadline.Token);
            lost = ended && tests.ExitCode == CandidateLost;
            // Its pipes are closed, so its end is near, unless it closed them only to go on.
            if (lost)
                ended = await candidate.EndsAsync(deadline.Token);
            await Task.WhenAll(candidate.EndAsync(), tests.EndAsync());
        }
        cancellationToken.ThrowIfCancellationRequested();
        var (fromCandidate, fromTests) = (await candidate.WrittenAsync(), await tests.WrittenAsync());
        var proven = await ConfinedProcess.DrainedAsync(proof) is { } last && Encoding.UTF8.GetString(last) == token;
        var decisive = lost ? candidate : tests;
        return Judge(decisive.ExitCode, proven && !lost, !ended, lost ? fromCandidate : fromTests, fromCandidate + fromTests, limits);
    }

    private static ProgramOutcome Judge(int exitCode, bool proven, bool timedOut, string telling, string output, ProgramLimits limits)
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
        var lastLine = telling.TrimEnd().Split('\n')[^1].Trim();
        return new(ProgramStatus.Failed, lastLine.Length > 0 ? lastLine : $"exited with status {exitCode}", output);
    }

    private static string NewToken() => Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(32));

    private static CancellationTokenSource Deadline(ProgramLimits limits, CancellationToken cancellationToken)
    {
        var deadline = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        deadline.CancelAfter(limits.WallTime);
        return deadline;
    }

    /// <summary>A text as a side reads it: its length in bytes, a line break, the bytes.</summary>
    private static byte[] Part(string text)
    {
        var bytes = Encoding.UTF8.GetBytes(text);
        return [.. Encoding.ASCII.GetBytes(bytes.Length.ToString(CultureInfo.InvariantCulture) + "\n"), .. bytes];
    }
}
