namespace TaskArithmetic.Evaluation.Endpoint;

/// <summary>A tokenizer of this process.</summary>
internal sealed class LocalTokenizer(Func<string, bool, IReadOnlyList<int>> encode) : IEndpointTokenizer
{
    public ValueTask<IReadOnlyList<int>> EncodeAsync(string text, bool addSpecialTokens, CancellationToken cancellationToken) =>
        ValueTask.FromResult(encode(text, addSpecialTokens));
}
