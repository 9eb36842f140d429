namespace TaskArithmetic.Diagnostics;

/// <summary>Names several things in one line without flooding it.</summary>
internal static class Listing
{
    private const int Shown = 4;

    /// <summary>The first few in quotes and how many more there are.</summary>
    public static string Of(IReadOnlyList<string> names) =>
        string.Join(", ", names.Take(Shown).Select(n => $"'{n}'")) + (names.Count > Shown ? $" and {names.Count - Shown} more" : "");
}
