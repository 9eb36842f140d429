using TaskArithmetic.Caching;
using TaskArithmetic.Diagnostics;

namespace TaskArithmetic.Provenance;

/// <summary>The coded errors of reading and verifying provenance.</summary>
internal static class ProvenanceDiagnostics
{
    public static DiagnosticException NoRecord(string folder) => new(Diagnostic.Error(
        "TA3004", $"{folder}: has no {ProvenanceFile.FileName}, so there is nothing to verify it against. Give a folder that TaskArithmetic wrote."));

    public static DiagnosticException BadRecord(string path, string reason, Exception? cause) => new(
        Diagnostic.Error("TA3004", $"{path}: is not a readable provenance record: {reason}. Build the model again."), cause);

    public static Diagnostic FileMissing(string folder, string file) => Diagnostic.Error(
        "TA3006", $"{folder}: '{file}' is missing. Build the model again.", DiagnosticKind.Judged);

    public static Diagnostic FileChanged(string folder, FileRecord expected, long size, string digest) => Diagnostic.Error(
        "TA3006", $"{folder}: '{expected.Name}' is not what was written: {size} bytes with SHA-256 {digest}, expected {expected.Size} with {expected.Sha256}. Build the model again.", DiagnosticKind.Judged);

    public static Diagnostic RebuildDiffers(string folder, string file) => Diagnostic.Error(
        "TA3007", $"{folder}: rebuilding its recipe gives another '{file}'. An input changed since, or another version of the tool wrote it; compare the digests of inputs in {ProvenanceFile.FileName}.", DiagnosticKind.Judged);
}
