using System.Text.RegularExpressions;
using TaskArithmetic.Diagnostics;

namespace TaskArithmetic.Sources.Hub;

/// <summary>Names of files and revisions, which become paths in the cache and parts of addresses.</summary>
internal static partial class HubFileName
{
    /// <summary>Refuses a name that would lie outside of its folder on any system, whoever gave it.</summary>
    /// <exception cref="DiagnosticException">TA5012.</exception>
    public static void RequireSafe(HubRepository repository, string file)
    {
        if (!IsSafe(file))
            throw new DiagnosticException(HubDiagnostics.UnsafeName(repository, file));
    }

    /// <summary>Refuses a revision that would lie outside of the folder of references.</summary>
    /// <exception cref="DiagnosticException">TA5000.</exception>
    public static void RequireRevision(HubRepository repository, string revision)
    {
        if (!IsSafe(revision))
            throw new DiagnosticException(HubDiagnostics.NotAReference($"{repository.Id}@{revision}", "a revision is a branch, a tag or a commit"));
    }

    /// <summary>Whether a revision is a whole commit id, which always means the same.</summary>
    public static bool IsCommit(string revision) => Commit().IsMatch(revision);

    /// <summary>A name in an address: each part escaped.</summary>
    public static string Escape(string file) => string.Join('/', file.Split('/').Select(Uri.EscapeDataString));

    private static bool IsSafe(string name) =>
        name.Length > 0 && !Drive().IsMatch(name) && !name.Any(char.IsControl)
        && name.Split('/', '\\').All(part => part is not ("" or "." or ".."));

    [GeneratedRegex(@"\A[A-Za-z]:", RegexOptions.CultureInvariant)]
    private static partial Regex Drive();

    [GeneratedRegex(@"\A[0-9a-f]{40}\z", RegexOptions.CultureInvariant)]
    private static partial Regex Commit();
}
