using TaskArithmetic.Diagnostics;
using TaskArithmetic.Text.ChatTemplates;

namespace TaskArithmetic.Evaluation.Endpoint;

/// <summary>Where a model answers over the network, and how to ask it. Nothing but this address is contacted.</summary>
/// <param name="Address">Such as <c>http://localhost:8000/v1</c>; a path that ends in the protocol's own is cut there and decides <see cref="Kind"/>.</param>
/// <param name="Kind">Which protocol, unless the address says so.</param>
/// <param name="Model">Name of the model; null takes the only one the server has.</param>
/// <param name="KeyVariable">Environment variable with the key. The key is taken from nowhere else and written nowhere: what a server returns of it becomes <c>***</c>.</param>
/// <param name="Concurrency">Most requests under way at a time.</param>
/// <param name="Retries">How often a request is tried again after an error that may pass.</param>
/// <param name="LargestAnswer">Largest body of an answer, in bytes.</param>
/// <param name="MaxLength">Longest context plus answer, in tokens; null asks the server, and is 2047 where that does not say (as lm-evaluation-harness).</param>
/// <param name="ChatTemplate">The model's chat template: messages and whether the last one stays open, to text. Needed for messages on <see cref="EndpointKind.Completions"/>.</param>
/// <param name="EndOfSequenceText">Text of the end-of-sequence token, sent as a stop string.</param>
/// <param name="BeginOfSequenceText">Text of the begin-of-sequence token: a prompt that starts with it gets no second one.</param>
/// <param name="Warn">Hears warnings (TA4158, TA4160, TA4162, TA4164).</param>
public sealed record EndpointOptions(
    Uri Address, EndpointKind Kind = default, string? Model = null, string KeyVariable = "OPENAI_API_KEY", int Concurrency = 8, int Retries = 3,
    long LargestAnswer = 64L << 20, int? MaxLength = null, Func<IReadOnlyList<ChatMessage>, bool, string>? ChatTemplate = null,
    string? EndOfSequenceText = null, string? BeginOfSequenceText = null, Action<Diagnostic>? Warn = null)
{
    /// <summary>Wait before the first new try; it doubles with each.</summary>
    public TimeSpan FirstWait { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>Longest wait between tries, unless the server asks for more (<c>Retry-After</c>).</summary>
    public TimeSpan LongestWait { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>Longest wait that a server may ask for; a longer one counts as no answer.</summary>
    public TimeSpan LongestRequestedWait { get; init; } = TimeSpan.FromMinutes(2);

    /// <summary>Longest wait for one answer.</summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromSeconds(300);

    /// <summary>
    /// The model's own tokenizer: text and whether to add special tokens, to token ids. Null uses the server's
    /// <c>/tokenize</c> where it has one (vLLM). Without either, prompts go as text and scoring is refused.
    /// </summary>
    public Func<string, bool, IReadOnlyList<int>>? Tokenizer { get; init; }
}
