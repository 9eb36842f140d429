using TaskArithmetic.Diagnostics;
using TaskArithmetic.Recipes;

namespace TaskArithmetic.Caching;

/// <summary>The coded findings of the content cache.</summary>
internal static class CacheDiagnostics
{
    public static Diagnostic EntryDamaged(string folder, string file) => Diagnostic.Warning(
        "TA1007", $"{folder}: the cached file '{file}' is not what was stored. The entry was dropped and is made again; check the disk if this repeats.", DiagnosticKind.Environment).At(file: Path.Combine(folder, file));

    public static Diagnostic GoesOnWithout(string? folder, string reason) => Diagnostic.Warning(
        "TA1009", $"{folder ?? "cache"}: the cache cannot be used ({reason}), so the work is done without it and is not remembered. Mend that folder, or name another with --cache-dir (TaskArithmeticCacheDir).", DiagnosticKind.Environment).At(file: folder);

    public static string LacksRoom(long needed, long free) => $"it needs {ByteSize.Format(needed)}, and {ByteSize.Format(free)} are free there";

    public static Diagnostic Foreign(string folder, IReadOnlyList<string> names) => Diagnostic.Warning(
        "TA1010", $"{folder}: holds {Listing.Of(names)}, which the cache did not put there. Nothing of it was touched; move it elsewhere.", DiagnosticKind.Environment).At(file: folder);

    public static Diagnostic NoPlace() => Diagnostic.Error(
        "TA0011", "there is no folder for the cache: the user has no home. Set HOME, XDG_CACHE_HOME or TASKARITHMETIC_CACHE, or name a folder with --cache-dir.", DiagnosticKind.Environment);

    public static DiagnosticException Unusable(string folder, Exception cause) => new(
        Diagnostic.Error("TA0010", $"{folder}: the cache folder cannot be used ({cause.Message}). Fix its permissions, or name another with --cache-dir (TaskArithmeticCacheDir).", DiagnosticKind.Environment).At(file: folder), cause);
}
