using TaskArithmetic.Diagnostics;

namespace TaskArithmetic.Safetensors;

/// <summary>The coded errors of files in the safetensors format.</summary>
internal static class SafetensorsDiagnostics
{
    public static DiagnosticException Unreadable(string path, Exception cause) => new(
        About(path, "TA2001", $"{path}: cannot be read ({cause.Message}). Check the path and its permissions."), cause);

    public static DiagnosticException Changed(string path) => new(
        About(path, "TA2001", $"{path}: changed while it was read. Run again when nothing writes to it."));

    public static DiagnosticException Malformed(string path, string? tensor, long offset, string reason, Exception? cause = null)
    {
        var about = About(path, "TA2002", $"{path}: not a valid safetensors file: {(tensor is null ? "" : $"tensor '{Listing.Short(tensor)}': ")}{reason} (offset {offset}). Fetch or write the file again.");
        return new(about with { Tensor = tensor, Offset = offset }, cause);
    }

    public static DiagnosticException MalformedIndex(string path, string reason, Exception? cause = null) => new(
        About(path, "TA2003", $"{path}: not a valid shard index: {reason}. Fetch the file again or write it with save_pretrained."), cause);

    private static Diagnostic About(string file, string code, string message) => Diagnostic.Error(code, message) with { File = file };
}
