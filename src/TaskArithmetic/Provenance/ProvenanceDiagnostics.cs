using TaskArithmetic.Caching;
using TaskArithmetic.Diagnostics;

namespace TaskArithmetic.Provenance;

/// <summary>The coded errors of reading and verifying provenance.</summary>
internal static class ProvenanceDiagnostics
{
    public static DiagnosticException NoRecord(string folder) => new(Diagnostic.Error(
        "TA3004", $"{folder}: has no {ProvenanceFile.FileName}, so there is nothing to verify it against. Give a folder that TaskArithmetic wrote.") with
    { File = folder });

    public static DiagnosticException BadRecord(string path, string reason) => new(
        Diagnostic.Error("TA3004", $"{path}: is not a readable provenance record: {reason}. Build the model again in another place.") with { File = path });

    public static Diagnostic FileMissing(string folder, string file) => Diagnostic.Error(
        "TA3006", $"{folder}: '{file}' is missing. Build the model again.", DiagnosticKind.Judged) with
    { File = Path.Combine(folder, file) };

    public static Diagnostic FileChanged(string folder, FileRecord expected, string found) => Diagnostic.Error(
        "TA3006", $"{folder}: '{expected.Name}' is not what was written: {found}, expected {expected.Size} bytes with SHA-256 {expected.Sha256}. Build the model again.", DiagnosticKind.Judged) with
    { File = Path.Combine(folder, expected.Name) };

    public static Diagnostic RebuildDiffers(string folder, string file) => Diagnostic.Error(
        "TA3007", $"{folder}: rebuilding its recipe gives another '{file}'. An input changed since, or another version of the tool wrote it; compare the digests of inputs in {ProvenanceFile.FileName}.", DiagnosticKind.Judged) with
    { File = Path.Combine(folder, file) };

    public static Diagnostic Unlisted(string folder, IReadOnlyList<string> names) => Diagnostic.Error(
        "TA3011", $"{folder}: holds {Listing.Of(names)}, which its {ProvenanceFile.FileName} does not list as a file. Nothing tells where {(names.Count == 1 ? "it comes" : "they come")} from; move {(names.Count == 1 ? "it" : "them")} elsewhere, or build the model again in another place.", DiagnosticKind.Judged) with
    { File = folder };

    public static DiagnosticException Unreadable(string folder, Exception cause) => new(
        Diagnostic.Error("TA3004", $"{folder}: cannot be read ({cause.Message}). Fix its permissions, or name another folder.", DiagnosticKind.Environment) with { File = folder }, cause);
}
