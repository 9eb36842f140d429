namespace TaskArithmetic.Text.Python;

/// <summary>The keyword arguments of <c>json.dumps</c>.</summary>
/// <param name="EnsureAscii">Whether characters beyond ASCII are escaped.</param>
/// <param name="Indent">The text of one level of indentation, or null for one line.</param>
/// <param name="ItemSeparator">Between items.</param>
/// <param name="KeySeparator">Between a key and its value.</param>
/// <param name="SortKeys">Whether dictionaries are written in the order of their keys.</param>
internal sealed record JsonStyle(bool EnsureAscii, string? Indent, string ItemSeparator, string KeySeparator, bool SortKeys);
