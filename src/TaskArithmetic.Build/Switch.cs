using Microsoft.Build.Framework;
using Microsoft.Build.Utilities;

namespace TaskArithmetic.Build;

/// <summary>Metadata that is true or false.</summary>
internal static class Switch
{
    /// <summary>Whether the metadata says true; absent means false, and anything else is logged.</summary>
    public static bool IsOn(string itemType, ITaskItem item, string name, TaskLoggingHelper log)
    {
        var value = item.GetMetadata(name).Trim();
        if (value.Length > 0 && !bool.TryParse(value, out _))
            BuildDiagnostics.BadMetadata(log, itemType, item, name, value, "true or false");
        return bool.TryParse(value, out var on) && on;
    }
}
