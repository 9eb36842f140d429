using TaskArithmetic.Diagnostics;

namespace TaskArithmetic.Text.Tokenizers;

/// <summary>
/// How long a text may be that goes through the parts of a tokenizer file: replacements that multiply it would take all memory,
/// and a regular expression that steps back too often ends the process. Lengths are upper bounds in UTF-16 units.
/// </summary>
internal sealed class TextBound
{
    /// <summary>Longest text that a part may give. No model reads a twentieth of it.</summary>
    public const int Most = 4 << 20;

    private double ascii = 1;
    private double other = 1;
    private double each;
    private bool isMixed;
    private int longest = Most;
    private string? slowest;

    /// <summary>Notes a part that makes the text longer.</summary>
    /// <param name="asciiFactor">How many characters it makes of one of ASCII.</param>
    /// <param name="otherFactor">How many it makes of any other.</param>
    /// <param name="mixes">Whether characters of ASCII can become others.</param>
    public void Grow(double asciiFactor, double otherFactor, bool mixes = true)
    {
        var most = Math.Max(asciiFactor, otherFactor);
        ascii *= isMixed ? most : asciiFactor;
        other *= most;
        each *= most;
        isMixed |= mixes;
    }

    /// <summary>Notes a part that adds a character to each token.</summary>
    public void GrowEach() => each++;

    /// <summary>Notes a regular expression that what came so far goes through.</summary>
    public void See(string pattern, int longestText)
    {
        // What is longer here is longer at the end too, so one comparison with the final length does.
        if (longestText < longest)
            (longest, slowest) = (longestText, pattern);
    }

    /// <summary>Refuses texts that become too long.</summary>
    /// <param name="asciiCount">How many characters of ASCII they have.</param>
    /// <param name="otherCount">How many others.</param>
    /// <param name="tokens">Of how many tokens they are made.</param>
    /// <exception cref="DiagnosticException">TA2310 too long for a regular expression, TA2311 for the memory.</exception>
    public void Require(long asciiCount, long otherCount, long tokens = 0)
    {
        var length = (asciiCount * ascii) + (otherCount * other) + (tokens * each);
        if (length > Most)
            throw new DiagnosticException(TokenizerDiagnostics.TextGrows(Most));
        if (length > longest)
            throw new DiagnosticException(TokenizerDiagnostics.PatternTooSlow(slowest!, (long)length));
    }

    /// <inheritdoc cref="Require(long, long, long)"/>
    public void Require(ReadOnlySpan<char> text)
    {
        var asciiCount = 0;
        foreach (var unit in text)
            asciiCount += unit < 0x80 ? 1 : 0;
        Require(asciiCount, text.Length - asciiCount);
    }
}
