using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Microsoft.VisualStudio.TestTools.UnitTesting;
using TaskArithmetic.Evaluation.Execution;

namespace TaskArithmetic.Evaluation.Tests.Execution;

[TestClass]
[RequiresSandbox]
[DoNotParallelize]
public sealed class SandboxTests
{
    private static readonly IProgramExecutor Executor = RequiresSandboxAttribute.Executor;

    [TestMethod]
    public async Task Harmful_programs_fail_and_leave_nothing_running()
    {
        var mark = NewMark();
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var port = ((IPEndPoint)listener.LocalEndpoint).Port.ToString(CultureInfo.InvariantCulture);
        var programs = HostilePrograms.Harmful.ToDictionary(
            p => p.Key, p => p.Value.Replace("PORT", port, StringComparison.Ordinal).Replace("MARK", mark, StringComparison.Ordinal));

        var outcomes = await Executor.ExecuteAsync([.. programs.Values], CancellationToken.None);

        AssertAll(programs.Keys, outcomes, ProgramStatus.Failed);
        Assert.IsFalse(listener.Pending(), "a program reached a listener on this machine");
        AssertNothingRuns();
    }

    [TestMethod]
    public async Task Cheating_programs_fail()
    {
        var outcomes = await Executor.ExecuteAsync([.. HostilePrograms.Cheating.Values], CancellationToken.None);

        AssertAll(HostilePrograms.Cheating.Keys, outcomes, ProgramStatus.Failed);
        AssertNothingRuns();
    }

    [TestMethod]
    public async Task Endless_programs_time_out_and_leave_nothing_running()
    {
        var mark = NewMark();
        var hasty = await SelectAsync(new ProgramLimits { WallTime = TimeSpan.FromSeconds(3) }, workers: HostilePrograms.Endless.Count);

        var outcomes = await hasty.ExecuteAsync(
            [.. HostilePrograms.Endless.Values.Select(p => p.Replace("MARK", mark, StringComparison.Ordinal))], CancellationToken.None);

        AssertAll(HostilePrograms.Endless.Keys, outcomes, ProgramStatus.TimedOut);
        Assert.IsTrue(outcomes.All(o => o.Output.Length <= 64 << 10));
        AssertNothingRuns();
    }

    [TestMethod]
    public async Task Output_is_cut_at_its_cap_without_failing_the_program()
    {
        var outcomes = await Executor.ExecuteAsync(["print('x' * 1000000, flush=True)"], CancellationToken.None);

        Assert.AreEqual(ProgramStatus.Passed, outcomes[0].Status, outcomes[0].Reason);
        Assert.AreEqual(new string('x', 64 << 10), outcomes[0].Output);
    }

    [TestMethod]
    public async Task Reasons_name_the_exception_the_exit_and_the_signal()
    {
        var outcomes = await Executor.ExecuteAsync(
            ["assert 1 == 2", "raise ValueError('odd')", "raise SystemExit(0)", "import os; os._exit(3)", "import os; os.abort()", "return 1", "x = 'ünïcode €'; assert len(x) == 9"],
            CancellationToken.None);

        CollectionAssert.AreEqual(
            new[] { "AssertionError", "ValueError: odd", "exited with status 0 before its end", "exited with status 3", "killed by signal 6", "SyntaxError: 'return' outside function", "" },
            outcomes.Select(o => o.Reason).ToArray());
    }

    [TestMethod]
    public async Task Honest_programs_may_use_the_standard_library_threads_and_their_own_folder()
    {
        var outcomes = await Executor.ExecuteAsync(
            [
                "import math, random, re, hashlib, decimal, json, collections, typing, heapq, itertools, dataclasses, datetime, statistics",
                "import threading\nout = []\nt = threading.Thread(target=lambda: out.append(1))\nt.start(); t.join()\nassert out == [1]",
                "open('note.txt', 'w').write('a')\nassert open('note.txt').read() == 'a'",
                "assert __name__ != '__main__'",
                "import collections\nP = collections.namedtuple('P', 'a b')\nassert P(1, 2).b == 2",
            ],
            CancellationToken.None);

        Assert.AreEqual("", string.Join('\n', outcomes.Where(o => !o.Passed)));
    }

    [TestMethod]
    public async Task Each_program_starts_with_an_empty_folder()
    {
        var outcomes = await Executor.ExecuteAsync(
            [.. Enumerable.Repeat("import os\nassert os.listdir('.') == []\nopen('left', 'w').write('x')", 4)], CancellationToken.None);

        Assert.IsTrue(outcomes.All(o => o.Passed), string.Join('\n', outcomes));
    }

    [TestMethod]
    public async Task Cancelling_kills_what_is_running()
    {
        using var cancellation = new CancellationTokenSource(TimeSpan.FromMilliseconds(500));

        await Assert.ThrowsAsync<OperationCanceledException>(() =>
            Executor.ExecuteAsync([.. Enumerable.Repeat($"import time\ntime.sleep({NewMark()})", 5)], cancellation.Token));

        AssertNothingRuns();
    }

    [TestMethod]
    public void The_sandbox_says_its_name_and_its_Python()
    {
        Assert.AreEqual("bubblewrap", Executor.Name);
        Assert.IsTrue(Version.TryParse(Executor.PythonVersion, out var version) && version >= new Version(3, 8), Executor.PythonVersion);
    }

    private static async Task<IProgramExecutor> SelectAsync(ProgramLimits limits, int workers) =>
        (await ProgramExecutorSelector.SelectAsync(
            new ProgramExecutionOptions { Allowed = CodeExecution.Sandbox, Limits = limits, Workers = workers }, CancellationToken.None)).Executor!;

    private static string NewMark() => Random.Shared.Next(100_000, 900_000).ToString(CultureInfo.InvariantCulture);

    private static void AssertAll(IEnumerable<string> names, IReadOnlyList<ProgramOutcome> outcomes, ProgramStatus expected)
    {
        var wrong = names.Zip(outcomes).Where(pair => pair.Second.Status != expected)
            .Select(pair => $"{pair.First}: {pair.Second.Status} {pair.Second.Reason} {pair.Second.Output[..Math.Min(200, pair.Second.Output.Length)]}");
        Assert.AreEqual("", string.Join('\n', wrong));
    }

    private static void AssertNothingRuns() => Assert.AreEqual("", string.Join('\n', LeftProcesses.Find()));
}
