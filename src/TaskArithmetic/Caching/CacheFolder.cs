namespace TaskArithmetic.Caching;

/// <summary>Where cached content lies.</summary>
public static class CacheFolder
{
    /// <summary>
    /// The default: <c>TASKARITHMETIC_CACHE</c>, else <c>$XDG_CACHE_HOME/taskarithmetic</c>, else the platform's place for a user's caches.
    /// </summary>
    public static string Default
    {
        get
        {
            if (Environment.GetEnvironmentVariable("TASKARITHMETIC_CACHE") is { Length: > 0 } own)
                return Path.GetFullPath(own);
            if (Environment.GetEnvironmentVariable("XDG_CACHE_HOME") is { Length: > 0 } xdg && Path.IsPathRooted(xdg))
                return Path.Combine(xdg, "taskarithmetic");
            var home = Environment.GetFolderPath(Environment.SpecialFolder.UserProfile);
            if (OperatingSystem.IsWindows())
                return Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.LocalApplicationData), "TaskArithmetic", "cache");
            return OperatingSystem.IsMacOS()
                ? Path.Combine(home, "Library", "Caches", "taskarithmetic")
                : Path.Combine(home, ".cache", "taskarithmetic");
        }
    }
}
