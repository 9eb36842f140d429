using Microsoft.VisualStudio.TestTools.UnitTesting;
using TaskArithmetic.Diagnostics;

namespace TaskArithmetic.Tests.Diagnostics;

/// <summary>Picks the finding of a code and looks into its text.</summary>
internal static class FindingAssert
{
    /// <summary>Exactly one finding has the code, and its message holds every part.</summary>
    public static void Single(this IEnumerable<Diagnostic> findings, string code, params IReadOnlyList<string> parts)
    {
        var all = findings.ToList();
        var found = all.Where(f => f.Code == code).ToList();
        Assert.HasCount(1, found, $"findings: {string.Join(" | ", all)}");
        foreach (var part in parts)
            StringAssert.Contains(found[0].Message, part);
    }

    /// <summary>The only finding has the code, and its message holds every part.</summary>
    public static void Only(this IReadOnlyList<Diagnostic> findings, string code, params IReadOnlyList<string> parts)
    {
        Assert.HasCount(1, findings, string.Join(" | ", findings));
        findings.Single(code, parts);
    }
}
