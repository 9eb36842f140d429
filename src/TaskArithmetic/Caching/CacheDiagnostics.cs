using TaskArithmetic.Diagnostics;

namespace TaskArithmetic.Caching;

/// <summary>The coded findings of the content cache.</summary>
internal static class CacheDiagnostics
{
    public static Diagnostic EntryDamaged(string folder, string file) => Diagnostic.Warning(
        "TA1007", $"{folder}: the cached file '{file}' is not what was stored. The entry was dropped and is made again; check the disk if this repeats.").At(file: folder);

    public static DiagnosticException Unusable(string folder, Exception cause) => new(
        Diagnostic.Error("TA0010", $"{folder}: the cache folder cannot be used ({cause.Message}). Fix its permissions, or name another with --cache-dir (TaskArithmeticCacheDir).", DiagnosticKind.Environment).At(file: folder), cause);
}
