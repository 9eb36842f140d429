using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using Microsoft.Build.Framework;
using Microsoft.Build.Utilities;

namespace TaskArithmetic.Build;

/// <summary>
/// Removes what workers made, by their records: the files that they wrote and folders that are empty then. What somebody else put
/// beside them stays, and is named.
/// </summary>
[MSBuildMultiThreadableTask]
public sealed class RemoveMadeFiles : Task
{
    /// <summary>Where the records lie.</summary>
    [Required]
    public string RecordDirectory { get; set; } = "";

    /// <summary>The user's project file.</summary>
    [Required]
    public string ProjectFile { get; set; } = "";

    /// <summary>With <see cref="OnlyFormerOf"/>: what the project still declares, by the names of its records, and what stays.</summary>
    public ITaskItem[] Declared { get; set; } = [];

    /// <summary>The verb of the workers, what the project no longer declares of whom is removed; empty: everything that any worker made, and what killed ones left hidden.</summary>
    public string OnlyFormerOf { get; set; } = "";

    /// <inheritdoc/>
    public override bool Execute()
    {
        var directory = ModelReference.FullPath(RecordDirectory, Path.GetDirectoryName(ProjectFile)!);
        if (!Directory.Exists(directory))
            return true;
        var declared = new HashSet<string>(Declared.Select(m => m.ItemSpec), StringComparer.OrdinalIgnoreCase);
        foreach (var responseFile in Directory.GetFiles(directory, "*.rsp").OrderBy(f => f, StringComparer.Ordinal))
        {
            if (OnlyFormerOf.Length > 0 && (!responseFile.EndsWith(Ending, StringComparison.Ordinal) || declared.Contains(NameOf(responseFile))))
                continue;
            Remove(new WorkerRecord(responseFile));
        }
        if (OnlyFormerOf.Length == 0)
            Directory.Delete(directory, recursive: true);
        return !Log.HasLoggedErrors;
    }

    private string Ending => $".{OnlyFormerOf}.rsp";

    private string NameOf(string responseFile) => Path.GetFileName(responseFile).Substring(0, Path.GetFileName(responseFile).Length - Ending.Length);

    private void Remove(WorkerRecord record)
    {
        var made = record.MadePaths;
        try
        {
            foreach (var file in made.Where(File.Exists))
                File.Delete(file);
            foreach (var folder in made.Concat(made.Select(Path.GetDirectoryName)).Distinct().Where(Directory.Exists).OrderByDescending(f => f!.Length).ToList())
            {
                if (!Directory.EnumerateFileSystemEntries(folder!).Any())
                    Directory.Delete(folder!);
            }
            RemoveLeftovers(ResponseFile.ValueOf(record.ResponseFile, "--output"));
            record.Delete();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            BuildDiagnostics.NotRemoved(Log, ProjectFile, made.FirstOrDefault() ?? record.ResponseFile, e.Message);
            return;
        }
        if (made.FirstOrDefault() is { } left && Directory.Exists(left))
            BuildDiagnostics.ForeignFilesKept(Log, ProjectFile, left, [.. ModelFiles.In(left).Take(3)]);
    }

    /// <summary>What a killed worker hid beside its output, <c>.NAME.HEX.KIND</c>, and the lock.</summary>
    private static void RemoveLeftovers(string? output)
    {
        if (output is null || Path.GetDirectoryName(output) is not { } parent || !Directory.Exists(parent))
            return;
        var prefix = $".{Path.GetFileName(output)}.";
        foreach (var path in Directory.GetFileSystemEntries(parent, prefix + "*"))
        {
            var parts = Path.GetFileName(path).Substring(prefix.Length).Split('.');
            var isLock = parts.Length == 1 && parts[0] == "lock";
            var isWork = parts.Length == 2 && parts[1] is ("new" or "old" or "partial" or "rebuilt") && parts[0].All(Uri.IsHexDigit);
            if (isWork && Directory.Exists(path))
                Directory.Delete(path, recursive: true);
            else if (isWork || isLock)
                File.Delete(path);
        }
    }
}
