using System;
using System.Collections.Generic;
using System.Linq;
using System.Text.RegularExpressions;
using System.Xml.Linq;

namespace TaskArithmetic.Build;

/// <summary>What an <c>Include</c> says, read from the project's text: properties in it are not known here and stand for anything.</summary>
internal static class ItemPattern
{
    private static readonly Regex Unknown = new(@"[$@%]\([^()]*\)", RegexOptions.CultureInvariant);

    /// <summary>Whether an item of this name may come from a declaration.</summary>
    public static bool Matches(XElement declaration, string item) => Parts(declaration).Any(part => Matches(part, item));

    /// <summary>
    /// The wildcards of a declaration that found none of the items. Only of declarations that surely count: one under a condition
    /// may have been left out on purpose.
    /// </summary>
    public static IEnumerable<string> WithoutMatches(XElement declaration, IReadOnlyCollection<string> items) =>
        declaration.AncestorsAndSelf().Any(e => e.Attribute("Condition") is not null || e.Name.LocalName is "Target" or "Choose")
            ? []
            : Parts(declaration).Where(part => part.IndexOfAny(['*', '?']) >= 0 && part.IndexOf("@(", StringComparison.Ordinal) < 0 && !items.Any(item => Matches(part, item)));

    private static IEnumerable<string> Parts(XElement declaration) =>
        declaration.Attribute("Include")!.Value.Split(';').Select(part => part.Trim()).Where(part => part.Length > 0);

    private static bool Matches(string pattern, string item)
    {
        var known = Regex.Escape(Unknown.Replace(Uri.UnescapeDataString(pattern).Replace('\\', '/'), "\u0001"));
        var text = known.Replace("\u0001", ".*").Replace(@"\*\*/", "(.*/)?").Replace(@"\*\*", ".*").Replace(@"\*", "[^/]*").Replace(@"\?", "[^/]");
        return Regex.IsMatch(item.Replace('\\', '/'), $"^{text}$", RegexOptions.CultureInvariant | RegexOptions.IgnoreCase | RegexOptions.Singleline);
    }
}
