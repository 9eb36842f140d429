using System;
using System.IO;
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
    private bool cancelled;
    private int cores = 1;

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

    /// <inheritdoc/>
    public override bool Execute()
    {
        cores = Threads > 0 ? Threads : BuildEngine9.RequestCores(Environment.ProcessorCount);
        try
        {
            // A warning that the user made an error fails the task too, although the tool ended well.
            var done = base.Execute() && !Log.HasLoggedErrors;
            if (!done)
                Forget();
            return done;
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
        line.AppendSwitchIfNotNull("--threads ", cores.ToString(System.Globalization.CultureInfo.InvariantCulture));
        if (CacheDirectory.Length > 0)
            line.AppendSwitchIfNotNull("--cache-dir ", ModelReference.FullPath(CacheDirectory, Path.GetDirectoryName(ProjectFile)!));
        if (!UseCache)
            line.AppendSwitch("--no-cache");
        return line.ToString();
    }

    /// <summary>The tool words its own errors; only a worker that died without a word needs one from here.</summary>
    protected override bool HandleTaskExecutionErrors()
    {
        if (!Log.HasLoggedErrors && !cancelled)
            BuildDiagnostics.WorkerDied(Log, ProjectFile, ExitCode, $"{DotNetHostPath} {GenerateCommandLineCommands()}");
        return false;
    }

    /// <summary>
    /// Makes the next build run this worker again: after a warning that was raised to an error the output exists and is
    /// newer than every input, and the error would be heard only once.
    /// </summary>
    private void Forget() => File.Delete(ResponseFile);
}
