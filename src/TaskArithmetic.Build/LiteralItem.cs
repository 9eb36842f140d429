using System.Linq;
using Microsoft.Build.Framework;
using Microsoft.Build.Utilities;

namespace TaskArithmetic.Build;

/// <summary>Items whose text MSBuild takes as it stands: a path may hold any of the characters that it reads as syntax.</summary>
internal static class LiteralItem
{
    private const string Special = "%*?@$();'";

    public static ITaskItem Of(string identity, params (string Name, string Value)[] metadata)
    {
        var item = new TaskItem(Escape(identity));
        foreach (var (name, value) in metadata)
            item.SetMetadata(name, Escape(value));
        return item;
    }

    private static string Escape(string text) =>
        string.Concat(text.Select(c => Special.IndexOf(c) < 0 ? c.ToString() : $"%{(int)c:x2}"));
}
