using System.Diagnostics;
using System.Runtime.InteropServices;
using System.Runtime.Versioning;
using Microsoft.VisualStudio.TestTools.UnitTesting;

namespace TaskArithmetic.EndToEnd.Tests;

/// <summary>Whatever ends a worker, no half-written model is ever visible and the next build is right.</summary>
[TestClass]
[OSCondition(OperatingSystems.Linux | OperatingSystems.OSX)]
[UnsupportedOSPlatform("windows")]
public sealed partial class InterruptionTests
{
    private const int Interrupt = 2;

    [TestMethod]
    public void A_worker_killed_at_any_of_20_moments_leaves_no_model_or_a_whole_one()
    {
        using var workspace = new Workspace();
        // A model of many files makes many moments between them.
        var project = workspace.ModelProject(properties: "<MergeMaxShardSize>100KB</MergeMaxShardSize>");
        var model = workspace["bin", "Debug", "net10.0", "model"];
        workspace.Build(project).Result.ShouldSucceed();
        var whole = Workspace.DigestsOf(model);
        var arguments = new[] { BuildPackage.Tool, "merge", $"@{workspace["obj", "Debug", "net10.0", "taskarithmetic", "model.merge.rsp"]}" };
        var clock = Stopwatch.StartNew();
        workspace.Run([.. arguments, "--no-cache"]).ShouldSucceed();
        var duration = clock.Elapsed;

        var random = new Random(20250901);
        var killed = 0;
        for (var moment = 0; moment < 20; moment++)
        {
            // Of each four: an empty place or the old model, with the cache (empty, so that it is written) or without.
            if (moment % 2 == 0)
                Remove(model);
            Remove(workspace["cache"]);
            using var worker = workspace.Start(moment % 4 < 2 ? [.. arguments, "--no-cache"] : arguments);
            if (!worker.WaitForExit(duration * random.NextDouble()))
            {
                worker.Kill();
                worker.WaitForExit();
                killed++;
            }
            if (Directory.Exists(model))
                Assert.AreEqual(whole, Workspace.DigestsOf(model), $"at moment {moment}");
        }

        Assert.IsTrue(killed >= 10, $"only {killed} workers were still at work when they were to be killed");
        workspace.Build(project).Result.ShouldSucceed();
        Assert.AreEqual(whole, Workspace.DigestsOf(model));
        CollectionAssert.AreEqual(
            Array.Empty<string>(),
            Directory.GetFileSystemEntries(workspace["bin", "Debug", "net10.0"], ".*"), "the build removes what killed workers left");
    }

    [TestMethod]
    public void A_worker_that_dies_without_a_word_is_reported_cleaned_up_after_and_the_next_build_is_right()
    {
        using var workspace = new Workspace();
        var project = workspace.ModelProject();
        var hidden = workspace["bin", "Debug", "net10.0", ".model.0123456789abcdef.partial"];
        var host = Script(workspace, $"mkdir -p '{hidden}'; kill -9 $$");

        var log = workspace.Build(project, $"-p:TaskArithmeticDotNetHostPath={host}");

        log.Result.ShouldFail();
        log.ShouldPoint("TA0004", project, asError: true);
        Assert.IsFalse(Directory.Exists(workspace["bin", "Debug", "net10.0", "model"]));
        Assert.IsTrue(Directory.Exists(hidden));
        workspace.Clean(project);
        Assert.IsFalse(Directory.Exists(hidden));
        workspace.Build(project).Result.ShouldSucceed();
        Assert.IsTrue(File.Exists(workspace["bin", "Debug", "net10.0", "model", "model.safetensors"]));
    }

    [TestMethod]
    public async Task Cancelling_the_build_kills_the_worker()
    {
        using var workspace = new Workspace();
        var project = workspace.ModelProject();
        workspace.Run("restore", project).ShouldSucceed();
        var started = workspace["worker.pid"];
        var host = Script(workspace, $"echo $$ > '{started}.new' && mv '{started}.new' '{started}' && exec sleep 600");
        using var watcher = new FileSystemWatcher(Path.GetDirectoryName(started)!);
        var appeared = new TaskCompletionSource();
        watcher.Renamed += (_, e) => { if (e.FullPath == started) appeared.TrySetResult(); };
        watcher.EnableRaisingEvents = true;

        using var build = workspace.Start("build", project, "--no-restore", $"-p:TaskArithmeticDotNetHostPath={host}");
        var reading = Task.WhenAll(build.StandardOutput.ReadToEndAsync(), build.StandardError.ReadToEndAsync());
        await appeared.Task.WaitAsync(TimeSpan.FromMinutes(2));
        using var worker = Process.GetProcessById(int.Parse((await File.ReadAllTextAsync(started)).Trim(), System.Globalization.CultureInfo.InvariantCulture));
        Assert.AreEqual(0, Signal(build.Id, Interrupt));
        await build.WaitForExitAsync().WaitAsync(TimeSpan.FromMinutes(1));
        var output = string.Concat(await reading);

        Assert.AreNotEqual(0, build.ExitCode, output);
        await worker.WaitForExitAsync().WaitAsync(TimeSpan.FromSeconds(30));
        Assert.IsFalse(output.Contains("TA0004", StringComparison.Ordinal), output);
        Assert.IsFalse(Directory.Exists(workspace["bin", "Debug", "net10.0", "model"]));
    }

    private static void Remove(string folder)
    {
        if (Directory.Exists(folder))
            Directory.Delete(folder, recursive: true);
    }

    /// <summary>A program that stands in for the .NET host, since a real worker's end cannot be timed.</summary>
    private static string Script(Workspace workspace, string command)
    {
        var path = workspace.Write("host.sh", $"#!/bin/sh\n{command}\n");
        File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        return path;
    }

    [LibraryImport("libc", EntryPoint = "kill")]
    private static partial int Signal(int process, int signal);
}
