namespace TaskArithmetic.Diagnostics;

/// <summary>Names several things in one line without flooding it.</summary>
internal static class Listing
{
    private const int Shown = 4;
    private const int Longest = 200;

    /// <summary>The first few in quotes and how many more there are.</summary>
    public static string Of(IReadOnlyList<string> names) =>
        string.Join(", ", names.Take(Shown).Select(n => $"'{Short(n)}'")) + (names.Count > Shown ? $" and {names.Count - Shown} more" : "");

    /// <summary>A text of a file, cut where it would flood the line.</summary>
    public static string Short(string text) => text.Length <= Longest ? text : text[..(char.IsHighSurrogate(text[Longest - 1]) ? Longest - 1 : Longest)] + "…";
}
