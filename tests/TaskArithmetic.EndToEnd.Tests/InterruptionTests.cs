using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
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
    private const int Kill = 9;
    private const int Terminate = 15;

    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(10);

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
        var responseFile = workspace["obj", "Debug", "net10.0", "taskarithmetic", "model.merge.rsp"];
        StringAssert.Contains(log.Result.Output, $"@{responseFile}");
        Assert.IsTrue(File.Exists(responseFile), "the command that the message advises can be run");
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
        await appeared.Task.WaitAsync(Patience);
        using var worker = Process.GetProcessById(int.Parse((await File.ReadAllTextAsync(started)).Trim(), System.Globalization.CultureInfo.InvariantCulture));
        Assert.AreEqual(0, Signal(build.Id, Interrupt));
        await build.WaitForExitAsync().WaitAsync(Patience);
        var output = string.Concat(await reading);

        Assert.AreNotEqual(0, build.ExitCode, output);
        await worker.WaitForExitAsync().WaitAsync(Patience);
        Assert.IsFalse(output.Contains("TA0004", StringComparison.Ordinal), output);
        Assert.IsFalse(Directory.Exists(workspace["bin", "Debug", "net10.0", "model"]));
    }

    [TestMethod]
    [DataRow(Terminate)]
    [DataRow(Kill)]
    public async Task A_build_process_that_is_ended_takes_its_worker_along(int signal)
    {
        using var workspace = new Workspace();
        // A server that never answers keeps the worker at work; that the connection closes shows that the worker is gone.
        using var server = new TcpListener(IPAddress.Loopback, 0);
        server.Start();
        var project = workspace.ModelProject($"""
              <PropertyGroup>
                <BaseModel>{Workspace.Models}/target</BaseModel>
                <BenchmarkEngine>http://127.0.0.1:{((IPEndPoint)server.LocalEndpoint).Port}/v1/chat/completions</BenchmarkEngine>
              </PropertyGroup>
              <ItemGroup>
                <ReasoningVector Include="{Workspace.Models}/grpo" Minus="{Workspace.Models}/sft" />
                <Benchmark Include="{Workspace.Models}/../benchmark/arithmetic_chat.yaml" Limit="2" />
              </ItemGroup>
            """);
        workspace.Run("restore", project).ShouldSucceed();
        using var build = workspace.Start("build", project, "--no-restore", "-nodeReuse:false");
        var reading = Task.WhenAll(build.StandardOutput.ReadToEndAsync(), build.StandardError.ReadToEndAsync());
        using var connection = await server.AcceptTcpClientAsync().WaitAsync(Patience);

        Assert.AreEqual(0, Signal(build.Id, signal));
        await build.WaitForExitAsync().WaitAsync(Patience);

        var buffer = new byte[4096];
        using var limit = new CancellationTokenSource(Patience);
        try
        {
            while (await connection.GetStream().ReadAsync(buffer, limit.Token) > 0)
            {
            }
        }
        catch (IOException)
        {
            // Reset is as good as closed.
        }
        await reading.WaitAsync(Patience);
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
