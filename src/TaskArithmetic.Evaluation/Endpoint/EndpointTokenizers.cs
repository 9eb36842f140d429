namespace TaskArithmetic.Evaluation.Endpoint;

/// <summary>Turns text into the tokens of the endpoint's model.</summary>
internal interface IEndpointTokenizer
{
    /// <summary>The token ids.</summary>
    /// <param name="text">The text.</param>
    /// <param name="addSpecialTokens">Whether the tokenizer adds what it adds by default (BOS).</param>
    /// <param name="cancellationToken">Stops a request.</param>
    ValueTask<IReadOnlyList<int>> EncodeAsync(string text, bool addSpecialTokens, CancellationToken cancellationToken);
}

/// <summary>A tokenizer of this process.</summary>
internal sealed class LocalTokenizer(Func<string, bool, IReadOnlyList<int>> encode) : IEndpointTokenizer
{
    public ValueTask<IReadOnlyList<int>> EncodeAsync(string text, bool addSpecialTokens, CancellationToken cancellationToken) =>
        ValueTask.FromResult(encode(text, addSpecialTokens));
}

/// <summary>Tokens of a context and its continuation.</summary>
/// <param name="Context">Tokens given.</param>
/// <param name="Continuation">Tokens to score.</param>
/// <param name="EncodedAlone">Whether the continuation was encoded by itself, where the reference fails.</param>
internal sealed record ScoringPair(IReadOnlyList<int> Context, IReadOnlyList<int> Continuation, bool EncodedAlone = false);
