using System.Globalization;
using TaskArithmetic.Diagnostics;

namespace TaskArithmetic.Sources.Hub;

/// <summary>Every reason for which a file of the hub cannot be had, TA5000 to TA5049, each with what to do.</summary>
internal static class HubDiagnostics
{
    private const string TokenAdvice = "make a token at https://huggingface.co/settings/tokens and set HF_TOKEN, or write it with 'hf auth login'";

    public static Diagnostic NotAReference(string text, string problem) => Diagnostic.Error(
        "TA5000", $"'{Listing.Short(text)}' names nothing on the hub: {problem}. Write hf:organisation/name, with @revision and /subfolder after it where they are needed.");

    public static Diagnostic RepositoryNotFound(HubRepository repository, string endpoint, bool hasToken) => Diagnostic.Error(
        "TA5001", hasToken
            ? $"{endpoint} has no {Kind(repository)} '{repository.Id}' that your token may see. Correct the name, or ask its owner for access."
            : $"{endpoint} has no {Kind(repository)} '{repository.Id}', or it is private. Correct the name; for a private one, {TokenAdvice}.");

    public static Diagnostic RevisionNotFound(HubRepository repository, string revision) => Diagnostic.Error(
        "TA5002", $"The {Kind(repository)} '{repository.Id}' has no branch, tag or commit '{Listing.Short(revision)}'. Correct what follows the @, or leave it out for the branch main.");

    public static Diagnostic FileNotFound(HubRepository repository, string revision, string file) => Diagnostic.Error(
        "TA5003", $"The {Kind(repository)} '{repository.Id}' has no '{Listing.Short(file)}' at revision '{Listing.Short(revision)}'. Correct the name, or name a revision that has it.");

    public static Diagnostic Gated(HubRepository repository, string endpoint, bool hasToken) => Diagnostic.Error(
        "TA5004", hasToken
            ? $"The {Kind(repository)} '{repository.Id}' is gated and the account of your token is not among those who may read it. Accept its conditions at {endpoint}/{repository.PagePath} with that account, and give the token the right to read gated repositories."
            : $"The {Kind(repository)} '{repository.Id}' is gated. Accept its conditions at {endpoint}/{repository.PagePath}, then {TokenAdvice}.");

    public static Diagnostic TokenRefused(string endpoint) => Diagnostic.Error(
        "TA5005", $"{endpoint} does not accept your token. It was revoked, or belongs to another hub: {TokenAdvice}; or unset it for public repositories.");

    public static Diagnostic Renamed(HubRepository repository, string newId) => Diagnostic.Warning(
        "TA5006", $"'{repository.Id}' is called '{newId}' now. Write the new name: whoever takes the old one may put other files there.");

    public static Diagnostic Answered(Uri uri, int status, string? message) => Diagnostic.Error(
        "TA5007", $"{Shown(uri)} answered with {status.ToString(CultureInfo.InvariantCulture)}{(message is null ? "" : $" ({Listing.Short(message)})")}. Try again later, or use what is cached with HF_HUB_OFFLINE=1.", DiagnosticKind.Environment);

    public static Diagnostic Unreachable(Uri uri, string reason) => Diagnostic.Error(
        "TA5008", $"{Shown(uri)} could not be read: {Listing.Short(reason)}. Check the network, proxies and HF_ENDPOINT, or use what is cached with HF_HUB_OFFLINE=1.", DiagnosticKind.Environment);

    public static Diagnostic NotCached(HubRepository repository, string revision, string? file, string cacheFolder) => Diagnostic.Error(
        "TA5009", $"{(file is null ? $"'{repository.Id}'" : $"'{Listing.Short(file)}' of '{repository.Id}'")} at revision '{Listing.Short(revision)}' is not in {cacheFolder}, and nothing is fetched offline. Run once with network and without HF_HUB_OFFLINE, or name another cache with HF_HUB_CACHE.", DiagnosticKind.Environment);

    public static Diagnostic NotAHub(Uri uri, string problem) => Diagnostic.Error(
        "TA5010", $"The answer of {Shown(uri)} is not a hub's: {problem}. Check HF_ENDPOINT and proxies.", DiagnosticKind.Environment);

    public static Diagnostic OtherBytes(HubRepository repository, string file, string expected, string actual) => Diagnostic.Error(
        "TA5011", $"What was sent as '{Listing.Short(file)}' of '{repository.Id}' is not that file: {actual} in place of {expected}, several times over. Nothing of it is kept. Try again later, or by another network: a proxy or mirror may serve damaged files.", DiagnosticKind.Environment);

    public static Diagnostic UnsafeName(HubRepository repository, string file) => Diagnostic.Error(
        "TA5012", $"'{repository.Id}' has a file called '{Listing.Short(file)}', which would lie outside of its folder. Nothing is fetched: ask its owner to rename the file, or use another repository.");

    public static Diagnostic PicklesOnly(HubRepository repository, string folder, IReadOnlyList<string> files) => Diagnostic.Error(
        "TA5013", $"'{repository.Id}' has no safetensors{In(folder)}, but {Listing.Of(files)}. Reading a pickle runs whatever code it holds, so none is fetched. Name a revision with safetensors, which the hub's conversion bot often makes (@refs/pr/1), or convert it where you trust it.");

    public static Diagnostic NoWeights(HubRepository repository, string folder) => Diagnostic.Error(
        "TA5013", $"'{repository.Id}' has no safetensors{(folder.Length == 0 ? " at its top" : In(folder))}. Name the folder or file that holds them after the repository, as in {HubReference.Scheme}{repository.Id}/folder.");

    public static Diagnostic CacheUnusable(string path, string reason) => Diagnostic.Error(
        "TA5014", $"{path}: the hub's cache cannot be used: {reason}. Free space or correct its permissions, or name another with HF_HUB_CACHE.", DiagnosticKind.Environment).At(file: path);

    public static Diagnostic NoPlaceForACache() => Diagnostic.Error(
        "TA5014", "There is no folder for the hub's files: the user has no home. Set HOME, HF_HOME or HF_HUB_CACHE.", DiagnosticKind.Environment);

    public static Diagnostic CachedInstead(HubRepository repository, string revision, string commit, Diagnostic reason) => Diagnostic.Warning(
        "TA5015", $"The hub could not say what '{repository.Id}' is at '{Listing.Short(revision)}' now, so the cached commit {commit} is used. {reason.Code}: {reason.Message}", DiagnosticKind.Environment);

    public static Diagnostic Incomplete(HubRepository repository, string revision, string commit, IReadOnlyList<string> missing) => Diagnostic.Error(
        "TA5016", $"The cached copy of '{repository.Id}' at '{Listing.Short(revision)}' (commit {commit}) lacks {Listing.Of(missing)}. Run once with network and without HF_HUB_OFFLINE.", DiagnosticKind.Environment);

    public static Diagnostic NotAnEndpoint(string text) => Diagnostic.Error(
        "TA5018", $"HF_ENDPOINT is '{Listing.Short(text)}', which is no address of a hub. Write one such as https://huggingface.co, or unset it.", DiagnosticKind.Environment);

    private static string In(string folder) => folder.Length == 0 ? "" : $" in '{Listing.Short(folder)}'";

    private static string Kind(HubRepository repository) => repository.Kind == HubRepositoryKind.Model ? "model" : "data set";

    /// <summary>Without its query, which may hold a signature that lets its reader in.</summary>
    private static string Shown(Uri uri) => uri.GetLeftPart(UriPartial.Path);
}
