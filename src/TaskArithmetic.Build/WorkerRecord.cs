using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Text;

namespace TaskArithmetic.Build;

/// <summary>
/// What the build keeps of one worker, beside its response file: <c>.made</c>, the paths that it made last, and <c>.done</c>, what it
/// said, which is there only while what it made is up to date. So a target is up to date exactly when <c>.done</c> is newer than
/// the response file, whatever the dates of inputs and outputs.
/// </summary>
internal sealed class WorkerRecord
{
    private readonly string path;

    /// <param name="responseFile">The worker's response file, <c>NAME.VERB.rsp</c>.</param>
    public WorkerRecord(string responseFile)
    {
        ResponseFile = responseFile;
        path = responseFile.Substring(0, responseFile.Length - ".rsp".Length);
    }

    public string ResponseFile { get; }

    public string Done => path + ".done";

    /// <summary>The recipe that the response file names.</summary>
    public string Recipe => path + ".json";

    public string Made => path + ".made";

    /// <summary>Whether the worker ended well and all that it made is still there.</summary>
    public bool IsWhole => File.Exists(Done) && MadePaths.Count > 0 && MadePaths.All(p => File.Exists(p) || Directory.Exists(p));

    /// <summary>The paths that the last good run made; none if there was none.</summary>
    public IReadOnlyList<string> MadePaths => Lines(Made);

    /// <summary>What the last good run said; none if it is out of date.</summary>
    public IEnumerable<WorkerLine> Said => Lines(Done).Select(WorkerLine.FromRecord);

    /// <summary>Brings the response file up to date; the worker must run again where that was a change, or where something is lost.</summary>
    public void Update(ResponseFile arguments)
    {
        if (IsCurrent(arguments))
            return;
        Directory.CreateDirectory(Path.GetDirectoryName(ResponseFile)!);
        File.Delete(Done);
        arguments.Write(ResponseFile);
    }

    public bool IsCurrent(ResponseFile arguments) => !arguments.Differs(ResponseFile) && IsWhole;

    public void WriteMade(IEnumerable<string> paths) => Write(Made, paths);

    public void WriteDone(IEnumerable<WorkerLine> lines) => Write(Done, lines.Select(line => line.ToRecord()));

    /// <summary>Forgets a worker whose model is no longer declared.</summary>
    public void Delete()
    {
        File.Delete(Done);
        File.Delete(Made);
        File.Delete(ResponseFile);
        File.Delete(Recipe);
    }

    private static IReadOnlyList<string> Lines(string file) => File.Exists(file) ? [.. File.ReadAllLines(file).Where(line => line.Length > 0)] : [];

    private static void Write(string file, IEnumerable<string> lines)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(file)!);
        File.WriteAllText(file, string.Concat(lines.Select(line => line + "\n")), new UTF8Encoding(encoderShouldEmitUTF8Identifier: false));
    }
}
