using TaskArithmetic.Diagnostics;

namespace TaskArithmetic.Evaluation.Endpoint;

/// <summary>
/// Tokens of what is to be scored, as lm-evaluation-harness makes them: a continuation is never encoded alone, since
/// tokens do not respect the border.
/// </summary>
internal sealed class ScoringTokens(IEndpointTokenizer tokenizer, EndpointOptions options, Uri uri)
{
    /// <summary>Whether the tokenizer's special tokens are added: not to text that already starts with the begin token.</summary>
    public static bool AddsSpecialTokens(string text, string? beginOfSequence) =>
        beginOfSequence is not { Length: > 0 } begin || !text.StartsWith(begin, StringComparison.Ordinal);

    /// <summary>Tokens of a context and a continuation.</summary>
    public async Task<ScoringPair> PairAsync(string context, string continuation, CancellationToken cancellationToken)
    {
        if (context.Length == 0)
        {
            var prefix = await PrefixAsync(cancellationToken);
            var only = await tokenizer.EncodeAsync(continuation, false, cancellationToken);
            return only.Count > 1 && only[0] == prefix ? new([prefix], [.. only.Skip(1)]) : new([prefix], only);
        }
        // Whitespace at the end of the context belongs to the continuation's first token.
        var border = context.Length;
        while (border > 0 && IsPythonWhitespace(context[border - 1]))
            border--;
        var whole = await EncodeAsync(context + continuation, cancellationToken);
        var given = await EncodeAsync(context[..border], cancellationToken);
        if (whole.Count > given.Count && given.Count > 0)
            return new([.. whole.Take(given.Count)], [.. whole.Skip(given.Count)]);
        // A token over the border leaves the continuation without one, and white space alone may have none: the reference fails there, so
        // the continuation is encoded by itself.
        var alone = await tokenizer.EncodeAsync(context[border..] + continuation, false, cancellationToken);
        return new(given.Count > 0 ? given : [await PrefixAsync(cancellationToken)], alone, EncodedAlone: true);
    }

    /// <summary>
    /// Windows over a whole text: the first predicts up to <paramref name="window"/> tokens from the prefix token, each
    /// further one as many from the token before it; the last is filled up with context from the left.
    /// </summary>
    public async Task<IReadOnlyList<ScoringPair>> WindowsAsync(string text, int window, CancellationToken cancellationToken)
    {
        var tokens = await EncodeAsync(text, cancellationToken);
        if (tokens.Count == 0)
            return [];
        var first = Math.Min(window, tokens.Count);
        var windows = new List<ScoringPair> { new([await PrefixAsync(cancellationToken)], [.. tokens.Take(first)]) };
        for (var predicted = first; predicted < tokens.Count;)
        {
            var count = Math.Min(tokens.Count - predicted, window);
            var end = predicted + count;
            var start = Math.Max(0, end - window - 1);
            windows.Add(new([.. tokens.Skip(start).Take(predicted - start)], [.. tokens.Skip(predicted).Take(count)]));
            predicted = end;
        }
        return windows;
    }

    private ValueTask<IReadOnlyList<int>> EncodeAsync(string text, CancellationToken cancellationToken) =>
        tokenizer.EncodeAsync(text, AddsSpecialTokens(text, options.BeginOfSequenceText), cancellationToken);

    /// <summary>The begin token if the tokenizer has one, else the end token.</summary>
    private async Task<int> PrefixAsync(CancellationToken cancellationToken)
    {
        var added = await tokenizer.EncodeAsync("", true, cancellationToken);
        if (added.Count > 0)
            return added[0];
        if (options.EndOfSequenceText is { Length: > 0 } end && await tokenizer.EncodeAsync(end, false, cancellationToken) is [var single])
            return single;
        throw new DiagnosticException(EndpointDiagnostics.NoPrefixToken(uri));
    }

    // Python's str.rstrip also removes the four information separators.
    private static bool IsPythonWhitespace(char c) => char.IsWhiteSpace(c) || c is >= '\u001c' and <= '\u001f';
}
