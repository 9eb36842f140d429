using System;
using System.Collections.Generic;
using System.Diagnostics;
using System.Globalization;
using System.IO;
using System.Linq;
using Microsoft.Build.Framework;
using Microsoft.Build.Utilities;

namespace TaskArithmetic.Build;

/// <summary>
/// Starts the bundled tool in a process of its own. Native code, gigabytes of mapped weights and a kill for want of
/// memory then cost a worker and an ordinary error, not the build's own process; the tool's canonical lines become
/// the build's diagnostics.
/// </summary>
public abstract class WorkerTask : ToolTask
{
    private readonly List<WorkerLine> said = [];
    private readonly List<ITaskItem> recorded = [];
    private bool cancelled;
    private int cores = 1;
    private FindingPlace? places;

    /// <summary>Progress is for logs that show details; findings are recognised whatever the importance.</summary>
    protected WorkerTask()
    {
        StandardOutputImportance = nameof(MessageImportance.Normal);
        StandardErrorImportance = nameof(MessageImportance.Normal);
        YieldDuringToolExecution = true;
    }

    /// <summary>The tool's assembly.</summary>
    [Required]
    public string TaskArithmeticToolPath { get; set; } = "";

    /// <summary>The <c>dotnet</c> that runs it.</summary>
    [Required]
    public string DotNetHostPath { get; set; } = "";

    /// <summary>The user's project file.</summary>
    [Required]
    public string ProjectFile { get; set; } = "";

    /// <summary>The response file that decides the result.</summary>
    [Required]
    public string ResponseFile { get; set; } = "";

    /// <summary>The model that the worker is for; empty for an extraction.</summary>
    public string ModelName { get; set; } = "";

    /// <summary>The project's models, vectors and benchmarks, so that findings point at the one they are about.</summary>
    public ITaskItem[] Models { get; set; } = [];

    /// <inheritdoc cref="Models"/>
    public ITaskItem[] Vectors { get; set; } = [];

    /// <inheritdoc cref="Models"/>
    public ITaskItem[] Benchmarks { get; set; } = [];

    /// <summary>The response file again, after a run: what the worker said was heard in this build and need not be recalled.</summary>
    [Output]
    public ITaskItem[] Heard => [.. recorded];

    /// <summary>Worker threads; 0 asks the build how many cores are free.</summary>
    public int Threads { get; set; }

    /// <summary>The cache folder; empty takes the tool's default.</summary>
    public string CacheDirectory { get; set; } = "";

    /// <summary>Whether results are taken from and put into the cache.</summary>
    public bool UseCache { get; set; } = true;

    /// <summary>The tool's verb.</summary>
    protected abstract string Verb { get; }

    /// <inheritdoc/>
    protected override string ToolName => Path.GetFileName(DotNetHostPath);

    /// <summary>The paths that a good run has made.</summary>
    protected abstract IEnumerable<string> MadePaths { get; }

    /// <inheritdoc/>
    public override bool Execute()
    {
        cores = Threads > 0 ? Threads : BuildEngine9.RequestCores(Environment.ProcessorCount);
        places = new FindingPlace(ProjectFile, ModelName, Models, Vectors, Benchmarks);
        // A worker outlives a build process that is killed, unless it knows whom to watch.
        EnvironmentVariables = [.. EnvironmentVariables ?? [], $"TASKARITHMETIC_PARENT={Process.GetCurrentProcess().Id}"];
        recorded.Add(LiteralItem.Of(ResponseFile));
        var record = new WorkerRecord(ResponseFile);
        try
        {
            File.Delete(record.Done);
            var ended = base.Execute();
            // After the end: a warning that the user made an error would count as the tool's own failure.
            foreach (var warning in said.Where(line => line.Category == "warning"))
                warning.Say(Log, places.Of(warning));
            if (ended)
            {
                // Also after a warning that the user made an error: what was made is good, and every later build says it again.
                record.WriteMade(MadePaths);
                record.WriteDone(said);
            }
            return ended && !Log.HasLoggedErrors;
        }
        finally
        {
            if (Threads <= 0)
                BuildEngine9.ReleaseCores(cores);
        }
    }

    /// <inheritdoc/>
    public override void Cancel()
    {
        cancelled = true;
        base.Cancel();
    }

    /// <inheritdoc/>
    protected override bool ValidateParameters()
    {
        if (!File.Exists(TaskArithmeticToolPath))
            BuildDiagnostics.ToolMissing(Log, ProjectFile, TaskArithmeticToolPath);
        if (!File.Exists(DotNetHostPath))
            BuildDiagnostics.HostMissing(Log, ProjectFile, DotNetHostPath);
        return !Log.HasLoggedErrors;
    }

    /// <inheritdoc/>
    protected override string GenerateFullPathToTool() => DotNetHostPath;

    /// <inheritdoc/>
    protected override string GetWorkingDirectory() => Path.GetDirectoryName(ProjectFile)!;

    /// <summary>What does not change the result stands here, so that it does not make a model out of date.</summary>
    protected override string GenerateCommandLineCommands()
    {
        var line = new CommandLineBuilder();
        line.AppendFileNameIfNotNull(TaskArithmeticToolPath);
        line.AppendSwitch(Verb);
        line.AppendSwitchIfNotNull("@", ResponseFile);
        line.AppendSwitchIfNotNull("--threads ", cores.ToString(CultureInfo.InvariantCulture));
        if (CacheDirectory.Length > 0)
            line.AppendSwitchIfNotNull("--cache-dir ", ModelReference.FullPath(CacheDirectory, Path.GetDirectoryName(ProjectFile)!));
        if (!UseCache)
            line.AppendSwitch("--no-cache");
        line.AppendSwitchIfNotNull("--origin ", ProjectFile);
        return line.ToString();
    }

    /// <summary>Findings are said at the item they are about, and kept, as verdicts are, for builds that have nothing to do.</summary>
    protected override void LogEventsFromTextOutput(string singleLine, MessageImportance messageImportance)
    {
        if (WorkerLine.Finding(singleLine) is { } heard)
        {
            var finding = places!.Reword(heard);
            said.Add(finding);
            if (finding.Category == "error")
                finding.Say(Log, places.Of(finding));
            return;
        }
        if (WorkerLine.Verdict(singleLine) is { } verdict)
            said.Add(verdict);
        base.LogEventsFromTextOutput(singleLine, messageImportance);
    }

    /// <summary>The tool words its own errors; only a worker that died without a word needs one from here.</summary>
    protected override bool HandleTaskExecutionErrors()
    {
        if (!Log.HasLoggedErrors && !cancelled)
            BuildDiagnostics.WorkerDied(Log, ProjectFile, ExitCode, $"{DotNetHostPath} {GenerateCommandLineCommands()}");
        return false;
    }
}
