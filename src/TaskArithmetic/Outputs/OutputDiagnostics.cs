using TaskArithmetic.Diagnostics;
using TaskArithmetic.Provenance;
using TaskArithmetic.Recipes;
using TaskArithmetic.Safetensors;

namespace TaskArithmetic.Outputs;

/// <summary>The coded findings about places where outputs go.</summary>
internal static class OutputDiagnostics
{
    public static Diagnostic OutputOverlapsInput(string output, string input) => Diagnostic.Error(
        "TA2016", $"{output}: overlaps the input {input}. Choose another output.").At(file: output);

    public static Diagnostic DiskTooSmall(string place, long needed, long free) => Diagnostic.Error(
        "TA2017", $"{place}: needs {ByteSize.Format(needed)}, but only {ByteSize.Format(free)} are free there. Free some space, or choose another output.", DiagnosticKind.Environment).At(file: place);

    public static Diagnostic OutputNotOurs(string output) => Diagnostic.Error(
        "TA3002", $"{output}: exists and was not written by TaskArithmetic (no {Provenance.ProvenanceFile.FileName} in it). Remove it or choose another output.").At(file: output);

    public static Diagnostic OutputRecordDamaged(string output, string reason) => Diagnostic.Error(
        "TA3010", $"{output}: its {Provenance.ProvenanceFile.FileName} cannot be trusted ({reason}), so nothing tells which files there are yours. Move away what you need, remove the folder, and run again.") with
    { File = output };

    public static Diagnostic OutputHoldsOthersFiles(string output, IReadOnlyList<string> names) => Diagnostic.Error(
        "TA3008", $"{output}: holds {Listing.Of(names)}, which its {Provenance.ProvenanceFile.FileName} does not list and a new model would remove. Move {(names.Count == 1 ? "it" : "them")} elsewhere, or choose another output.") with
    { File = output };

    public static Diagnostic OutputWasEdited(string output, IReadOnlyList<string> names) => Diagnostic.Error(
        "TA3009", $"{output}: {Listing.Of(names)} {(names.Count == 1 ? "is" : "are")} no longer what was written there, and a new model would replace {(names.Count == 1 ? "it" : "them")}. Move {(names.Count == 1 ? "it" : "them")} elsewhere (or remove {(names.Count == 1 ? "it" : "them")} if the change means nothing), or choose another output.") with
    { File = output };

    public static Diagnostic FileInTheWay(string output, string file) => Diagnostic.Error(
        "TA3005", $"{output}: cannot be written, since {file} is a file and no folder. Choose another output.", DiagnosticKind.Environment).At(file: output);

    /// <summary>Whether a place could not be written. .NET says so of a file that a file system cannot hold (4 GiB on FAT32) in an odd way.</summary>
    public static bool IsWriteFailure(Exception e) => e is IOException or UnauthorizedAccessException or ArgumentOutOfRangeException { ParamName: "value" };

    public static DiagnosticException WriteFailed(string path, Exception cause) => new(
        Diagnostic.Error("TA3005", $"{path}: cannot be written ({cause.Message}). Nothing was left behind that looks complete; free space or fix permissions and run again.", DiagnosticKind.Environment).At(file: path), cause);

    public static Diagnostic NotThatDocument(string path, string kind, string reason) => Diagnostic.Error(
        "TA2052", $"{path}: {kind} cannot go there, since {reason}. Choose another file.").At(file: path);

    public static Diagnostic NotAVectorName(string path) => Diagnostic.Error(
        "TA2022", $"{path}: a vector file must be named NAME.safetensors. Change --output.").At(file: path);

    public static Diagnostic IsAFolder(string path) => Diagnostic.Error(
        "TA2022", $"{path}: is a folder. Name the vector file in it, such as vector.safetensors.").At(file: path);

    public static Diagnostic NotOurs(string path) => Diagnostic.Error(
        "TA3012", $"{path}: exists (or its index does) and is no vector that TaskArithmetic wrote. Remove it, or choose another --output.") with
    { File = path };

    public static Diagnostic NotOurAdapter(string path) => Diagnostic.Error(
        "TA2120", $"{path}: exists and is no adapter that TaskArithmetic wrote, or holds more than one. Remove it, or choose another --output.").At(file: path);
}
