using System.Text.RegularExpressions;
using TaskArithmetic.Diagnostics;

namespace TaskArithmetic.Sources.Hub;

/// <summary>A model, or a folder or file of one, by its name on the hub: <c>hf:organisation/name[@revision][/path]</c>.</summary>
/// <param name="Repository">The repository.</param>
/// <param name="Revision">A branch, a tag or a commit.</param>
/// <param name="Path">A folder or file within it; empty is the whole.</param>
internal sealed partial record HubReference(HubRepository Repository, string Revision, string Path)
{
    /// <summary>What a reference begins with.</summary>
    public const string Scheme = "hf:";

    private const string DefaultRevision = "main";

    /// <summary>Whether a text is meant as a reference to the hub.</summary>
    public static bool IsOne(string text) => text.StartsWith(Scheme, StringComparison.OrdinalIgnoreCase);

    /// <summary>Reads a reference. A revision with slashes is written with %2F, but for those that the hub itself makes (refs/pr/1, refs/convert/parquet).</summary>
    /// <exception cref="DiagnosticException">TA5000 it is none.</exception>
    public static HubReference Parse(string text, HubRepositoryKind kind = HubRepositoryKind.Model)
    {
        var match = Form().Match(IsOne(text) ? text[Scheme.Length..] : text);
        if (!match.Success)
            throw new DiagnosticException(HubDiagnostics.NotAReference(text, "it is no organisation/name with @revision and /path"));
        var revision = match.Groups["revision"] is { Success: true } given ? Uri.UnescapeDataString(given.Value) : DefaultRevision;
        var path = match.Groups["path"].Value.TrimEnd('/');
        if (HubRepository.Problem(match.Groups["id"].Value) is { } problem)
            throw new DiagnosticException(HubDiagnostics.NotAReference(text, problem));
        var repository = HubRepository.Parse(match.Groups["id"].Value, kind);
        HubFileName.RequireRevision(repository, revision);
        if (path.Length > 0)
            HubFileName.RequireSafe(repository, path);
        return new(repository, revision, path);
    }

    /// <summary>The same at one commit, which it will always mean.</summary>
    public HubReference At(string commit) => this with { Revision = commit };

    /// <summary>The reference as it is written.</summary>
    public override string ToString() =>
        $"{Scheme}{Repository.Id}{(Revision == DefaultRevision ? "" : "@" + (MadeByHub().IsMatch(Revision) ? Revision : Uri.EscapeDataString(Revision)))}{(Path.Length == 0 ? "" : "/" + Path)}";

    [GeneratedRegex(@"\A(?<id>(?>[^/@]+(?:/[^/@]+)?))(?:@(?<revision>refs/pr/[0-9]+(?=/|\z)|refs/convert/[\w-]+(?=/|\z)|[^/@]+))?(?:/(?<path>.+))?\z", RegexOptions.CultureInvariant)]
    private static partial Regex Form();

    [GeneratedRegex(@"\Arefs/(?:pr/[0-9]+|convert/[\w-]+)\z", RegexOptions.CultureInvariant)]
    private static partial Regex MadeByHub();
}
