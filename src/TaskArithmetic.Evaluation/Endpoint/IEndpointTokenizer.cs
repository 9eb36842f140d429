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
