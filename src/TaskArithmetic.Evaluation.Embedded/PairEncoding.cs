using TaskArithmetic.LanguageModels;
using TaskArithmetic.Text.Python;
using TaskArithmetic.Text.Tokenizers;

namespace TaskArithmetic.Evaluation.Embedded;

/// <summary>
/// How lm-evaluation-harness cuts text into tokens for a model. Source: <c>lm_eval/api/model.py</c> (TemplateLM) and
/// <c>lm_eval/utils.py</c> (rolling windows) of 0.4.13, restated.
/// </summary>
internal sealed class PairEncoding(HuggingFaceTokenizer tokenizer, int? beginOfSequence, IReadOnlyList<int> endOfSequence)
{
    /// <summary>The token in front of a text that has no context: the tokenizer's BOS, else its EOS, else what the model's configuration names.</summary>
    private int? PrefixToken =>
        tokenizer.Configuration.BosToken?.Id ?? tokenizer.Configuration.EosToken?.Id ?? beginOfSequence ?? (endOfSequence.Count > 0 ? endOfSequence[0] : null);

    /// <summary>Tokens of a prompt, with the special tokens the tokenizer adds unless the text brings its own BOS.</summary>
    public int[] EncodePrompt(string text)
    {
        var hasOwn = tokenizer.Configuration.BosToken?.Text is { Length: > 0 } bos && text.StartsWith(bos, StringComparison.Ordinal);
        return tokenizer.Encode(text, addSpecialTokens: !hasOwn);
    }

    /// <summary>
    /// Context and continuation as tokens. White space at the end of the context moves to the continuation, and the two are encoded as
    /// one text, since a tokenizer may join characters across the border.
    /// </summary>
    public EncodedPair Encode(string context, string continuation)
    {
        if (context.Length == 0)
            return WithoutContext(continuation, encodedAlone: false);
        var kept = PythonText.Strip(context, null, start: false);
        continuation = context[kept.Length..] + continuation;
        var given = EncodePrompt(kept);
        // White space alone may have no token of its own once it is moved over; the reference fails there.
        if (given.Length == 0)
            return WithoutContext(continuation, encodedAlone: true);
        var whole = EncodePrompt(kept + continuation);
        // A token over the border leaves the continuation without one: the reference fails, so the two are encoded each by itself.
        return whole.Length > given.Length
            ? new EncodedPair(whole[..given.Length], whole[given.Length..])
            : new EncodedPair(given, tokenizer.Encode(continuation, addSpecialTokens: false), EncodedAlone: true);
    }

    /// <summary>
    /// Windows over a whole text for loglikelihood_rolling: the first predicts up to <paramref name="maxLength"/> tokens after the prefix token, each
    /// next one as many more with one token of context, the last one filled up with context from the left.
    /// </summary>
    public IReadOnlyList<ScoredSequence> RollingWindows(string text, int maxLength)
    {
        var tokens = EncodePrompt(text);
        var windows = new List<ScoredSequence>();
        if (tokens.Length == 0)
            return windows;
        var first = Math.Min(maxLength, tokens.Length);
        windows.Add(new ScoredSequence([RequirePrefix()], tokens[..first]));
        for (var predicted = first; predicted < tokens.Length;)
        {
            var count = Math.Min(tokens.Length - predicted, maxLength);
            var end = predicted + count;
            // The input is tokens[end − max − 1 .. end − 1]; what precedes the predicted part of it is context.
            windows.Add(new ScoredSequence(tokens[Math.Max(0, end - maxLength - 1)..predicted], tokens[predicted..end]));
            predicted = end;
        }
        return windows;
    }

    private EncodedPair WithoutContext(string continuation, bool encodedAlone)
    {
        var prefix = RequirePrefix();
        var tokens = tokenizer.Encode(continuation, addSpecialTokens: false);
        return tokens.Length > 1 && tokens[0] == prefix ? new EncodedPair(tokens[..1], tokens[1..], encodedAlone) : new EncodedPair([prefix], tokens, encodedAlone);
    }

    private int RequirePrefix() => PrefixToken ?? throw new Diagnostics.DiagnosticException(EngineDiagnostics.NoPrefixToken());
}

/// <summary>A context and a continuation as tokens.</summary>
/// <param name="Context">Tokens given.</param>
/// <param name="Continuation">Tokens to score.</param>
/// <param name="EncodedAlone">Whether the continuation was encoded by itself, where the reference fails.</param>
internal sealed record EncodedPair(IReadOnlyList<int> Context, IReadOnlyList<int> Continuation, bool EncodedAlone = false);
