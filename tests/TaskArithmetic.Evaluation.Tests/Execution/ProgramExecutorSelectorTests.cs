using Microsoft.VisualStudio.TestTools.UnitTesting;
using TaskArithmetic.Diagnostics;
using TaskArithmetic.Evaluation.Execution;
using TaskArithmetic.TestSupport;

namespace TaskArithmetic.Evaluation.Tests.Execution;

[TestClass]
[DoNotParallelize]
[OSCondition(OperatingSystems.Linux)]
[System.Runtime.Versioning.UnsupportedOSPlatform("windows")]
public sealed class ProgramExecutorSelectorTests
{
    [TestMethod]
    public async Task Nothing_runs_unless_it_is_allowed()
    {
        var selection = await ProgramExecutorSelector.SelectAsync(new ProgramExecutionOptions(), CancellationToken.None);

        Assert.IsNull(selection.Executor);
        Assert.AreEqual(("TA4100", DiagnosticSeverity.Warning), (selection.Diagnostics[0].Code, selection.Diagnostics[0].Severity));
    }

    [TestMethod]
    [DataRow(CodeExecution.Unsafe)]
    [DataRow(CodeExecution.Sandbox)]
    public async Task Without_Python_the_benchmark_is_skipped(CodeExecution allowed)
    {
        using var folder = new TemporaryFolder();
        WriteScript(folder["bwrap"], "exit 0");

        var selection = await SelectAsync(allowed, folder.Path);

        Assert.IsNull(selection.Executor);
        Assert.AreEqual(("TA4101", DiagnosticSeverity.Warning), (selection.Diagnostics.Single().Code, selection.Diagnostics.Single().Severity));
    }

    [TestMethod]
    [RequiresPython]
    public async Task Without_any_backend_a_sandbox_is_refused_and_each_is_named()
    {
        using var folder = new TemporaryFolder();
        LinkPython(folder);

        var diagnostic = (await SelectAsync(CodeExecution.Sandbox, folder.Path)).Diagnostics.Single();

        Assert.AreEqual(("TA4102", DiagnosticSeverity.Error), (diagnostic.Code, diagnostic.Severity));
        foreach (var backend in (string[])["bubblewrap: not found", "podman: not found", "docker: not found"])
            StringAssert.Contains(diagnostic.Message, backend);
    }

    [TestMethod]
    [RequiresPython]
    public async Task A_bubblewrap_that_may_not_make_namespaces_is_refused_with_the_way_out()
    {
        using var folder = new TemporaryFolder();
        LinkPython(folder);
        WriteScript(folder["bwrap"], "echo 'bwrap: setting up uid map: Permission denied' >&2; exit 1");

        var selection = await SelectAsync(CodeExecution.Sandbox, folder.Path);

        Assert.IsNull(selection.Executor);
        StringAssert.Contains(selection.Diagnostics.Single().Message, "setting up uid map: Permission denied");
        StringAssert.Contains(selection.Diagnostics.Single().Message, "AppArmor");
    }

    [TestMethod]
    [RequiresPython]
    public async Task A_sandbox_that_passes_everything_is_refused()
    {
        using var folder = new TemporaryFolder();
        LinkPython(folder);
        WriteScript(folder["bwrap"], "head -c 64");

        var selection = await SelectAsync(CodeExecution.Sandbox, folder.Path);

        Assert.IsNull(selection.Executor);
        StringAssert.Contains(selection.Diagnostics.Single().Message, "a program that exits early passed");
    }

    [TestMethod]
    [RequiresPython]
    public async Task Docker_with_root_rights_is_refused()
    {
        using var folder = new TemporaryFolder();
        LinkPython(folder);
        WriteScript(folder["docker"], "echo '[name=seccomp,profile=builtin]'");

        var selection = await SelectAsync(CodeExecution.Sandbox, folder.Path);

        StringAssert.Contains(selection.Diagnostics.Single().Message, "docker: not rootless");
    }

    [TestMethod]
    [RequiresPython]
    public async Task Rootless_podman_is_used_once_a_program_has_run_in_it()
    {
        using var folder = new TemporaryFolder();
        LinkPython(folder);
        // Stands for podman: notes the options and runs what comes after the image.
        WriteScript(folder["podman"], $"""
            if [ "$1" = info ]; then echo true; exit; fi
            echo "$@" | head -n 1 >> '{folder["calls"]}'
            while [ "$1" != python:3-slim ]; do shift; done
            shift
            exec /usr/bin/python3 "$@"
            """);

        var selection = await SelectAsync(CodeExecution.Sandbox, folder.Path);
        var outcomes = await selection.Executor!.ExecuteAsync(["pass", "assert False"], CancellationToken.None);

        Assert.AreEqual("podman", selection.Executor.Name);
        CollectionAssert.AreEqual(new[] { true, false }, outcomes.Select(o => o.Passed).ToArray());
        var calls = File.ReadAllLines(folder["calls"]);
        Assert.HasCount(4, calls);
        foreach (var option in (string[])["--pull never", "--network none", "--read-only", "--pids-limit 64", "--memory 1g", "--cap-drop ALL", "--security-opt no-new-privileges", "--rm"])
            StringAssert.Contains(calls[0], option);
    }

    [TestMethod]
    [RequiresPython]
    public async Task Unsafe_execution_warns_and_still_tells_cheats_from_passes()
    {
        var selection = await SelectAsync(CodeExecution.Unsafe, "/usr/bin");
        var outcomes = await selection.Executor!.ExecuteAsync(
            ["pass", "assert False", "raise SystemExit(0)", "x = [0] * 10**10"], CancellationToken.None);

        Assert.AreEqual(("TA4103", DiagnosticSeverity.Warning), (selection.Diagnostics.Single().Code, selection.Diagnostics.Single().Severity));
        Assert.AreEqual("unsafe", selection.Executor.Name);
        CollectionAssert.AreEqual(new[] { true, false, false, false }, outcomes.Select(o => o.Passed).ToArray());
        Assert.AreEqual("MemoryError", outcomes[3].Reason);
    }

    [TestMethod]
    [RequiresPython]
    public async Task Unsafe_execution_leaves_no_child_running_whatever_it_does_to_stay()
    {
        using var folder = new TemporaryFolder();
        var selection = await SelectAsync(CodeExecution.Unsafe, "/usr/bin");
        var programs = HostilePrograms.Lingering.ToDictionary(
            p => p.Key, p => HostilePrograms.Note.Replace("FOLDER", folder.Path, StringComparison.Ordinal) + p.Value);

        var outcomes = await selection.Executor!.ExecuteAsync([.. programs.Values], CancellationToken.None);

        var noted = Directory.GetFiles(folder.Path).Select(file => int.Parse(Path.GetFileName(file), System.Globalization.CultureInfo.InvariantCulture)).ToList();
        Assert.IsGreaterThanOrEqualTo(programs.Count, noted.Count, string.Join('\n', outcomes));
        Assert.AreEqual("", string.Join(' ', noted.Where(LeftProcesses.Runs)));
        Assert.AreEqual("", string.Join(' ', LeftProcesses.Find()));
        Assert.IsTrue(programs.Keys.Zip(outcomes).All(p => (p.Second.Status == ProgramStatus.TimedOut) == p.First.Contains("goes on", StringComparison.Ordinal)), string.Join('\n', outcomes));
    }

    [TestMethod]
    [RequiresPython]
    public async Task Unsafe_execution_stops_a_program_that_starts_more_and_more_processes()
    {
        var selection = await SelectAsync(CodeExecution.Unsafe, "/usr/bin");
        // Bounded, so that the machine lives even where nothing stops it.
        const string program = "import os, time\nfor i in range(1200):\n    try: pid = os.fork()\n    except OSError: break\n    if pid == 0:\n        time.sleep(1000)\n        os._exit(0)\nassert False, i";

        var outcomes = await selection.Executor!.ExecuteAsync([program], CancellationToken.None);

        Assert.AreEqual(ProgramStatus.Failed, outcomes[0].Status);
        Assert.IsTrue(!outcomes[0].Reason.Contains("1199", StringComparison.Ordinal), outcomes[0].Reason);
        Assert.AreEqual("", string.Join(' ', LeftProcesses.Find()));
    }

    [TestMethod]
    [RequiresPython]
    public async Task Unsafe_execution_judges_in_two_processes_as_well()
    {
        var selection = await SelectAsync(CodeExecution.Unsafe, "/usr/bin");

        var outcomes = await selection.Executor!.JudgeAsync(
            [new("def f(x): return x + 1", "assert f(1) == 2"), new("def f(x): return x", "assert f(1) == 2"), new("import os\nos._exit(0)", "pass\nf()")], CancellationToken.None);

        CollectionAssert.AreEqual(new[] { "", "AssertionError", "exited with status 0 before its end" }, outcomes.Select(o => o.Reason).ToArray());
    }

    private static Task<ProgramExecutorSelection> SelectAsync(CodeExecution allowed, string folder) =>
        ProgramExecutorSelector.SelectAsync(
            new ProgramExecutionOptions { Allowed = allowed, SearchPath = [folder], Limits = new ProgramLimits { WallTime = TimeSpan.FromSeconds(3) } },
            CancellationToken.None);

    private static void LinkPython(TemporaryFolder folder) => File.CreateSymbolicLink(folder["python3"], "/usr/bin/python3");

    private static void WriteScript(string path, string body)
    {
        File.WriteAllText(path, "#!/bin/sh\n" + body + "\n");
        File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
    }
}
