using System.Text.RegularExpressions;
using TaskArithmetic.Diagnostics;

namespace TaskArithmetic.Sources.Hub;

/// <summary>What a repository of the hub holds.</summary>
internal enum HubRepositoryKind
{
    /// <summary>Weights, configuration and tokenizer.</summary>
    Model,

    /// <summary>Data.</summary>
    Dataset,
}

/// <summary>A repository of the hub.</summary>
internal sealed partial record HubRepository
{
    private const string Separator = "--";

    private HubRepository(string id, HubRepositoryKind kind) => (Id, Kind) = (id, kind);

    /// <summary><c>organisation/name</c>, or a bare name for the oldest ones.</summary>
    public string Id { get; }

    /// <summary>What it holds.</summary>
    public HubRepositoryKind Kind { get; }

    /// <summary>Its folder in the cache: <c>models--organisation--name</c>.</summary>
    public string FolderName => $"{Kinds}{Separator}{Id.Replace("/", Separator, StringComparison.Ordinal)}";

    /// <summary>What comes before <c>/resolve/</c> in the address of a file.</summary>
    public string PagePath => Kind == HubRepositoryKind.Model ? Id : $"{Kinds}/{Id}";

    /// <summary>What comes after <c>/api/</c> in the address of its description.</summary>
    public string ApiPath => $"{Kinds}/{Id}";

    private string Kinds => Kind == HubRepositoryKind.Model ? "models" : "datasets";

    /// <summary>Reads a repository id by the hub's own rules, which also keep it from leaving the cache folder.</summary>
    /// <exception cref="DiagnosticException">TA5000 it is none.</exception>
    public static HubRepository Parse(string id, HubRepositoryKind kind = HubRepositoryKind.Model) => Problem(id) is { } problem
        ? throw new DiagnosticException(HubDiagnostics.NotAReference(id, problem))
        : new(id, kind);

    /// <summary>Why a text is no repository id; null if it is one.</summary>
    public static string? Problem(string id)
    {
        if (id.Count(c => c == '/') > 1)
            return "a repository has the form organisation/name";
        if (!Form().IsMatch(id))
            return "organisation and name consist of letters, digits, '-', '_' and '.', begin and end with a letter, a digit or '_', and a name has at most 96 characters";
        if (id.Contains(Separator, StringComparison.Ordinal) || id.Contains("..", StringComparison.Ordinal))
            return "a repository's id holds neither '--' nor '..'";
        return id.EndsWith(".git", StringComparison.Ordinal) ? "a repository's id does not end in .git" : null;
    }

    /// <inheritdoc/>
    public override string ToString() => Id;

    [GeneratedRegex(@"\A(?:\w(?:[\w.-]*\w)?/)?(?=[^/]{1,96}\z)\w(?:[\w.-]*\w)?\z", RegexOptions.CultureInvariant | RegexOptions.ECMAScript)]
    private static partial Regex Form();
}
