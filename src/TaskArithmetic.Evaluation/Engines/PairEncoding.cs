using TaskArithmetic.Text.Python;

namespace TaskArithmetic.Evaluation.Engines;

/// <summary>Turns text into token ids, with the special tokens that the tokenizer adds by itself (BOS) or without.</summary>
internal delegate ValueTask<IReadOnlyList<int>> TokenEncoder(string text, bool addSpecialTokens, CancellationToken cancellationToken);

/// <summary>A context and a continuation as tokens.</summary>
/// <param name="Context">Tokens given.</param>
/// <param name="Continuation">Tokens to score.</param>
/// <param name="EncodedAlone">Whether the continuation was encoded by itself, where the reference fails.</param>
internal sealed record EncodedPair(IReadOnlyList<int> Context, IReadOnlyList<int> Continuation, bool EncodedAlone = false);

/// <summary>
/// How lm-evaluation-harness cuts text into tokens for a model. Source: <c>lm_eval/api/model.py</c> (TemplateLM) and
/// <c>lm_eval/utils.py</c> (rolling windows) of 0.4.13, restated.
/// </summary>
/// <param name="encode">The model's tokenizer.</param>
/// <param name="beginOfSequence">Text of its begin token, or null.</param>
/// <param name="prefix">The token in front of a text that has no context.</param>
internal sealed class PairEncoding(TokenEncoder encode, string? beginOfSequence, Func<CancellationToken, ValueTask<int>> prefix)
{
    /// <summary>Whether the tokenizer's special tokens are added: not to text that brings its own begin token.</summary>
    public bool AddsSpecialTokens(string text) => beginOfSequence is not { Length: > 0 } begin || !text.StartsWith(begin, StringComparison.Ordinal);

    public ValueTask<IReadOnlyList<int>> PromptAsync(string text, CancellationToken cancellationToken) => encode(text, AddsSpecialTokens(text), cancellationToken);

    /// <summary>
    /// Context and continuation as tokens. White space at the end of the context moves to the continuation, and the two are encoded as
    /// one text, since a tokenizer may join characters across the border.
    /// </summary>
    public async Task<EncodedPair> PairAsync(string context, string continuation, CancellationToken cancellationToken)
    {
        var kept = PythonText.Strip(context, null, start: false);
        continuation = context[kept.Length..] + continuation;
        var given = context.Length == 0 ? [] : await PromptAsync(kept, cancellationToken);
        var whole = given.Count == 0 ? [] : await PromptAsync(kept + continuation, cancellationToken);
        if (whole.Count > given.Count)
            return new([.. whole.Take(given.Count)], [.. whole.Skip(given.Count)]);
        // A token over the border leaves the continuation without one, and white space alone may have none: the reference fails there, so
        // the continuation is encoded by itself, as it always is without a context.
        var alone = await encode(continuation, false, cancellationToken);
        if (given.Count > 0)
            return new(given, alone, EncodedAlone: true);
        var first = await prefix(cancellationToken);
        return new([first], alone.Count > 1 && alone[0] == first ? [.. alone.Skip(1)] : alone, EncodedAlone: context.Length > 0);
    }

    /// <summary>
    /// Windows over a whole text for loglikelihood_rolling: the first predicts up to <paramref name="window"/> tokens after the prefix token, each
    /// next one as many more with one token of context, the last one filled up with context from the left.
    /// </summary>
    public async Task<IReadOnlyList<EncodedPair>> WindowsAsync(string text, int window, CancellationToken cancellationToken)
    {
        int[] tokens = [.. await PromptAsync(text, cancellationToken)];
        var windows = new List<EncodedPair>();
        for (int predicted = 0, end; predicted < tokens.Length; predicted = end)
        {
            end = Math.Min(tokens.Length, predicted + window);
            // The input is tokens[end − window − 1 .. end − 1]; what precedes the predicted part of it is context.
            windows.Add(new(predicted == 0 ? [await prefix(cancellationToken)] : tokens[Math.Max(0, end - window - 1)..predicted], tokens[predicted..end]));
        }
        return windows;
    }
}
