using System.Buffers;
using System.Text.RegularExpressions;
using TaskArithmetic.Diagnostics;

namespace TaskArithmetic.Text.Tokenizers.Patterns;

/// <summary>
/// A regular expression with the meaning the Oniguruma library gives it: over code points, with its character
/// classes. It runs on .NET's engine, over the text rewritten in the expression's own alphabet.
/// </summary>
internal sealed class OnigurumaPattern : ITextPattern
{
    // An honest match takes microseconds. The limit holds for one match and, with the length of the text, for all of one text.
    private static readonly TimeSpan Most = TimeSpan.FromSeconds(3);
    private const double MostPerCharacter = 20e-6;

    /// <summary>Expressions of more parts are interpreted: compiling them takes longer than it saves.</summary>
    private const int MostCompiledParts = 1_000;

    private readonly string pattern;
    private readonly CodePointAlphabet alphabet;
    private readonly Regex regex;

    /// <exception cref="PatternException">The expression is malformed or not supported.</exception>
    public OnigurumaPattern(string pattern)
    {
        this.pattern = pattern;
        var parts = OnigurumaParser.Parse(pattern);
        alphabet = new([.. parts.Select(p => p.Set).OfType<CodePointSet>()]);
        var translated = string.Concat(parts.Select(p => p.Syntax ?? alphabet.ClassOf(p.Set!)));
        try
        {
            var compiled = parts.Count <= MostCompiledParts ? RegexOptions.Compiled : RegexOptions.None;
            regex = new(translated, RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture | compiled, Most);
        }
        catch (RegexParseException e)
        {
            throw new PatternException(0, $"it is malformed ({e.Error}).");
        }
    }

    /// <exception cref="DiagnosticException">TA2310: the expression takes too long on this text.</exception>
    public void Cut(ReadOnlySpan<char> text, List<PatternSpan> spans)
    {
        var letters = ArrayPool<char>.Shared.Rent(text.Length);
        // Where each code point starts; needed only where some take two units.
        var starts = text.ContainsAnyInRange('\uD800', '\uDFFF') ? ArrayPool<int>.Shared.Rent(text.Length + 1) : null;
        try
        {
            var length = Spell(text, letters, starts);
            Cut(letters.AsSpan(0, length), starts, spans);
        }
        catch (RegexMatchTimeoutException e)
        {
            throw new DiagnosticException(TokenizerDiagnostics.PatternTooSlow(pattern, text.Length), e);
        }
        finally
        {
            ArrayPool<char>.Shared.Return(letters);
            if (starts is not null)
                ArrayPool<int>.Shared.Return(starts);
        }
    }

    private int Spell(ReadOnlySpan<char> text, Span<char> letters, int[]? starts)
    {
        if (starts is null)
        {
            for (var i = 0; i < text.Length; i++)
                letters[i] = alphabet.LetterOf(text[i]);
            return text.Length;
        }
        var count = 0;
        for (var i = 0; i < text.Length; i++, count++)
        {
            starts[count] = i;
            letters[count] = char.IsHighSurrogate(text[i]) && i + 1 < text.Length && char.IsLowSurrogate(text[i + 1])
                ? alphabet.LetterOfAstral(char.ConvertToUtf32(text[i], text[++i]))
                : alphabet.LetterOf(text[i]);
        }
        starts[count] = text.Length;
        return count;
    }

    private void Cut(ReadOnlySpan<char> letters, int[]? starts, List<PatternSpan> spans)
    {
        int passed = 0, lastEnd = -1;
        var deadline = Environment.TickCount64 + (long)(Most.TotalMilliseconds + (letters.Length * MostPerCharacter * 1000));
        foreach (var match in regex.EnumerateMatches(letters))
        {
            if (Environment.TickCount64 > deadline)
                throw new RegexMatchTimeoutException();
            var end = match.Index + match.Length;
            // Oniguruma's iterator drops an empty match right where the last match ended.
            if (match.Length == 0 && match.Index == lastEnd)
                continue;
            lastEnd = end;
            if (passed < match.Index)
                spans.Add(Span(passed, match.Index, starts, isMatch: false));
            spans.Add(Span(match.Index, end, starts, isMatch: true));
            passed = end;
        }
        if (passed < letters.Length)
            spans.Add(Span(passed, letters.Length, starts, isMatch: false));
    }

    private static PatternSpan Span(int first, int end, int[]? starts, bool isMatch) => starts is null
        ? new(first, end - first, isMatch)
        : new(starts[first], starts[end] - starts[first], isMatch);
}
