using TaskArithmetic.Diagnostics;

namespace TaskArithmetic.Caching;

/// <summary>Where files lie that can be made again: merged weights, digests, fetched data, patched libraries.</summary>
public static class CacheFolder
{
    /// <summary>
    /// The default: <c>TASKARITHMETIC_CACHE</c>, else <c>$XDG_CACHE_HOME/taskarithmetic</c>, else the platform's place for a user's caches;
    /// null where the user has no home, since the current folder is no place for a cache.
    /// </summary>
    public static string? Default
    {
        get
        {
            if (Environment.GetEnvironmentVariable("TASKARITHMETIC_CACHE") is { Length: > 0 } own)
                return Path.GetFullPath(own);
            if (Environment.GetEnvironmentVariable("XDG_CACHE_HOME") is { Length: > 0 } xdg && Path.IsPathRooted(xdg))
                return Path.Combine(xdg, "taskarithmetic");
            if (OperatingSystem.IsWindows())
                return Below(Environment.GetFolderPath(Environment.SpecialFolder.LocalApplicationData), "TaskArithmetic", "cache");
            return OperatingSystem.IsMacOS() ? Below(Home, "Library", "Caches", "taskarithmetic") : Below(Home, ".cache", "taskarithmetic");
        }
    }

    /// <summary>The default, for work that cannot do without.</summary>
    /// <exception cref="DiagnosticException">TA0011: the user has no home.</exception>
    public static string Required => Default ?? throw new DiagnosticException(CacheDiagnostics.NoPlace());

    /// <summary>HOME, else what the user database says.</summary>
    private static string Home
    {
        get
        {
            if (Environment.GetEnvironmentVariable("HOME") is { } home && Path.IsPathRooted(home))
                return home;
            // The runtime answers with the root where the database knows nothing either.
            var known = Environment.GetFolderPath(Environment.SpecialFolder.UserProfile, Environment.SpecialFolderOption.DoNotVerify);
            return known == "/" ? "" : known;
        }
    }

    private static string? Below(string folder, params string[] parts) => Path.IsPathRooted(folder) ? Path.Combine([folder, .. parts]) : null;
}
