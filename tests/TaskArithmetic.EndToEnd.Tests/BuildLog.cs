using Microsoft.Build.Logging.StructuredLogger;
using Microsoft.VisualStudio.TestTools.UnitTesting;

namespace TaskArithmetic.EndToEnd.Tests;

/// <summary>What a binary log says about the work that was done.</summary>
internal sealed class BuildLog(Build build, DotNetResult result)
{
    public DotNetResult Result => result;

    public bool Succeeded => build.Succeeded;

    /// <summary>How often a task ran, in all projects.</summary>
    public int Ran(string task) => All<Microsoft.Build.Logging.StructuredLogger.Task>().Count(t => t.Name == task);

    /// <summary>Worker processes started, of any kind.</summary>
    public int Workers => Ran("MergeModel") + Ran("ExtractVector") + Ran("ExportModel") + Ran("BenchmarkModel");

    public bool Skipped(string target) => All<Target>().Any(t => t.Name == target && t.Skipped);

    public bool Says(string text) => result.Output.Contains(text, StringComparison.Ordinal) || All<Message>().Any(m => m.Text.Contains(text, StringComparison.Ordinal));

    public IReadOnlyList<(string Code, string File, bool IsError)> Diagnostics =>
        [.. All<AbstractDiagnostic>().Where(d => d.Code is { Length: > 0 }).Select(d => (d.Code, d.File ?? "", d is Error)).Distinct()];

    public void ShouldPoint(string code, string file, bool asError)
    {
        Assert.IsTrue(
            Diagnostics.Any(d => d == (code, file, asError)),
            $"no {code} at {file}; found {string.Join(", ", Diagnostics)}\n{result.Output}");
    }

    /// <summary>It succeeded, without an error or warning that has a code.</summary>
    public void ShouldBeClean()
    {
        result.ShouldSucceed();
        Assert.AreEqual(0, Diagnostics.Count, result.Output);
    }

    public void ShouldNotMention(string code)
    {
        result.ShouldSucceed();
        Assert.IsFalse(Diagnostics.Any(d => d.Code == code), result.Output);
    }

    private IReadOnlyList<T> All<T>() where T : BaseNode
    {
        var found = new List<T>();
        build.VisitAllChildren<T>(found.Add);
        return found;
    }
}
