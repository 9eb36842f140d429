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

    /// <summary>Only models that are none of these; without it everything that any worker made, and what killed workers left hidden.</summary>
    public ITaskItem[] DeclaredModels { get; set; } = [];

    /// <summary>Whether only models that the project no longer declares are removed.</summary>
    public bool OnlyFormerModels { get; set; }

    /// <inheritdoc/>
    public override bool Execute()
    {
        var directory = ModelReference.FullPath(RecordDirectory, Path.GetDirectoryName(ProjectFile)!);
        if (!Directory.Exists(directory))
            return true;
        var declared = new HashSet<string>(DeclaredModels.Select(m => m.ItemSpec), StringComparer.OrdinalIgnoreCase);
        foreach (var responseFile in Directory.GetFiles(directory, "*.rsp").OrderBy(f => f, StringComparer.Ordinal))
        {
            if (OnlyFormerModels && (!responseFile.EndsWith(".merge.rsp", StringComparison.Ordinal) || declared.Contains(ModelOf(responseFile))))
                continue;
            Remove(new WorkerRecord(responseFile));
        }
        if (!OnlyFormerModels)
            Directory.Delete(directory, recursive: true);
        return !Log.HasLoggedErrors;
    }

    private static string ModelOf(string responseFile) =>
        Path.GetFileName(responseFile).Substring(0, Path.GetFileName(responseFile).Length - ".merge.rsp".Length);

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
