namespace TaskArithmetic.Text.Tokenizers.Patterns;

/// <summary>
/// How long a text a regular expression may see. Oniguruma ends a match after ten million steps back, and the reference
/// library then ends the process; below this bound that cannot happen.
/// </summary>
internal static class PatternBound
{
    private const double MostSteps = 9e6;
    private const int Shortest = 1 << 12;

    /// <summary>The longest text in characters, at most <paramref name="longest"/>.</summary>
    /// <exception cref="PatternException">It cannot be bounded, or already takes too many steps on short texts.</exception>
    public static int LongestText(string pattern, int longest)
    {
        var node = PatternReader.Read(pattern);
        bool Fits(double length) => node.Cost(length).Alone <= MostSteps;
        if (!Fits(Shortest))
            throw new PatternException(0, "its parts match the same text in too many ways");
        int fits = Shortest, tooLong = longest + 1;
        while (tooLong - fits > 1)
        {
            var middle = fits + ((tooLong - fits) / 2);
            (fits, tooLong) = Fits(middle) ? (middle, tooLong) : (fits, middle);
        }
        return fits;
    }
}
