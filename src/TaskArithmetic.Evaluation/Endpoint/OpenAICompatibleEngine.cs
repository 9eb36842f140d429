using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using TaskArithmetic.Diagnostics;
using TaskArithmetic.Evaluation.Engines;
using TaskArithmetic.Text.ChatTemplates;

namespace TaskArithmetic.Evaluation.Endpoint;

/// <summary>
/// A model behind an OpenAI-compatible endpoint: vLLM, llama.cpp's server, Ollama and others. It is probed when
/// connected; what it cannot do is refused, never guessed.
/// </summary>
public sealed partial class OpenAICompatibleEngine : IEvaluationEngine
{
    private readonly EndpointOptions options;
    private readonly EndpointAddress address;
    private readonly EndpointClient client;
    private readonly TokenEncoder? tokenizer;
    private readonly PairEncoding encoding;
    private readonly HashSet<string> warned = [];

    private OpenAICompatibleEngine(
        EndpointOptions options, EndpointAddress address, EndpointClient client, EndpointCapabilities capabilities, TokenEncoder? tokenizer)
    {
        this.options = options;
        this.address = address;
        this.client = client;
        this.tokenizer = tokenizer;
        encoding = new PairEncoding(tokenizer ?? ((_, _, _) => throw new InvalidOperationException("There is no tokenizer.")), options.BeginOfSequenceText, PrefixAsync);
        Capabilities = capabilities;
        Identity = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(string.Join('\n', "openai", address.Generate, capabilities))));
    }

    /// <summary>What the probe found.</summary>
    public EndpointCapabilities Capabilities { get; }

    /// <inheritdoc/>
    public string Name => address.Kind == EndpointKind.Chat ? "openai-chat" : "openai-completions";

    /// <summary>
    /// Digest of address, model and what the probe found. The server does not tell which weights it has loaded: after
    /// it changes them under the same name, use a new request cache.
    /// </summary>
    public string Identity { get; }

    /// <inheritdoc/>
    public int MaxLength => Capabilities.MaxLength;

    /// <inheritdoc/>
    public string? EndOfSequenceText => options.EndOfSequenceText;

    /// <summary>Probes an endpoint: model, server, tokenizer, and whether it can score.</summary>
    /// <exception cref="DiagnosticException">TA4150 to TA4154: the address, the server, the key or the model's name is wrong.</exception>
    public static async Task<OpenAICompatibleEngine> ConnectAsync(EndpointOptions options, CancellationToken cancellationToken)
    {
        var address = EndpointAddress.Parse(options.Address, options.Kind)
            ?? throw new DiagnosticException(EndpointDiagnostics.NotAnAddress(options.Address));
        var client = new EndpointClient(options);
        try
        {
            if (client.HasKey && address.Root is { Scheme: "http", IsLoopback: false })
                options.Warn?.Invoke(EndpointDiagnostics.KeyInTheClear(address.Root, options.KeyVariable));
            var (capabilities, tokenizer) = await EndpointProbe.AskAsync(client, address, options, cancellationToken);
            return new OpenAICompatibleEngine(options, address, client, capabilities, tokenizer);
        }
        catch
        {
            client.Dispose();
            throw;
        }
    }

    /// <summary>
    /// The text that stands for a conversation: from the chat template on <see cref="EndpointKind.Completions"/>; on
    /// <see cref="EndpointKind.Chat"/>, where the server renders it, the messages as JSON, which serve as a key only.
    /// </summary>
    /// <exception cref="DiagnosticException">TA4161: text is needed and there is no template.</exception>
    public string ApplyChatTemplate(IReadOnlyList<ChatMessage> messages, bool continueFinalMessage) =>
        address.Kind == EndpointKind.Chat ? GenerationProtocol.Messages(messages).ToJsonString()
        : options.ChatTemplate is { } template ? template(messages, continueFinalMessage)
        : throw new DiagnosticException(EndpointDiagnostics.NoChatTemplate(address.Generate));

    /// <inheritdoc/>
    public Task<IReadOnlyList<Generation>> GenerateAsync(
        IReadOnlyList<GenerationRequest> requests, Action<int, Generation>? completed, CancellationToken cancellationToken)
    {
        if (requests.FirstOrDefault(r => r.Options.MaxTokens >= MaxLength) is { } tooLong)
            throw new DiagnosticException(EndpointDiagnostics.NoRoomForPrompt(address.Generate, tooLong.Options.MaxTokens, MaxLength));
        return ForAllAsync(requests, GenerateOneAsync, completed, cancellationToken);
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync()
    {
        client.Dispose();
        return ValueTask.CompletedTask;
    }

    private async Task<Generation> GenerateOneAsync(GenerationRequest request, CancellationToken cancellationToken)
    {
        var stops = options.EndOfSequenceText is { Length: > 0 } end && !request.Options.Until.Contains(end)
            ? [.. request.Options.Until, end]
            : request.Options.Until;
        // A server looks for stop strings in reasoning too; so they are applied to the answer here.
        var sent = request.Options.Reasoning is null ? stops : [.. stops.Except(request.Options.Until)];
        var body = GenerationProtocol.Body(address.Kind, Capabilities.Server, Capabilities.Model, request.Options, sent);
        if (request.Options.RepetitionPenalty != 1 && GenerationProtocol.RepetitionPenaltyName(Capabilities.Server) is null)
            WarnOnce(EndpointDiagnostics.NotSupported(address.Generate, "repetition penalty"));
        var (promptTokens, inputTokens) = address.Kind == EndpointKind.Chat
            ? AddMessages(body, request)
            : await AddPromptAsync(body, request, cancellationToken);

        var answer = (await client.PostAsync(address.Generate, body, cancellationToken)).Required;
        var choice = CompletionsProtocol.Choice(answer)
            ?? throw new DiagnosticException(EndpointDiagnostics.UnexpectedShape(address.Generate, "no choices"));
        var text = GenerationProtocol.Text(choice, address.Kind, out var problem);
        if (problem is not null)
            throw new DiagnosticException(EndpointDiagnostics.UnexpectedShape(address.Generate, problem));
        if (text is not null && GenerationProtocol.IsTooLong(text, request.Options.MaxTokens))
            throw new DiagnosticException(EndpointDiagnostics.TooLong(address.Generate, text.Length, request.Options.MaxTokens));
        text = WithoutKey(text);
        var finish = WithoutKey(choice.Text("finish_reason")) ?? "";
        if (text is null)
            WarnOnce(EndpointDiagnostics.NoContent(address.Generate, finish.Length <= 40 ? finish : finish[..40]));
        var split = request.Options.Reasoning is { } reasoning
            // A server that parses reasoning itself gives no content where it did not end.
            ? reasoning.Split(text ?? "", reasoning.IsOpenAfter(request.Prompt) || (text is null && finish == "length"), finish == "length")
            : new ReasonedText(text ?? "", null, null);
        var kept = GenerationOptions.Cut(split.Answer, stops);
        // An answer cut here ended at a stop string, whatever the server went on to write.
        var truncated = finish == "length" && kept.Length == split.Answer.Length;
        return new Generation(
            kept, truncated ? FinishReason.Length : FinishReason.Stop,
            promptTokens >= 0 ? promptTokens : GenerationProtocol.Usage(answer, "prompt_tokens"),
            GenerationProtocol.Usage(answer, "completion_tokens"), InputTokens: inputTokens, Reasoning: split.Reasoning, ReasoningEnded: split.Ended);
    }

    private string? WithoutKey(string? text)
    {
        if (text is null || client.Redaction.OfText(text) is var kept && ReferenceEquals(kept, text))
            return text;
        WarnOnce(EndpointDiagnostics.KeyEchoed(address.Generate, options.KeyVariable));
        return kept;
    }

    private (int Prompt, int Input) AddMessages(JsonObject body, GenerationRequest request)
    {
        var messages = request.Messages ?? [new ChatMessage("user", request.Prompt)];
        body["messages"] = GenerationProtocol.Messages(messages);
        if (messages[^1].Role != "assistant")
            return (-1, -1);
        // An open answer: vLLM wants to be told, llama-server sees it by itself, others answer anew after it.
        if (Capabilities.Server == EndpointServer.Vllm)
        {
            body["continue_final_message"] = true;
            body["add_generation_prompt"] = false;
        }
        else if (Capabilities.Server != EndpointServer.LlamaCpp)
        {
            WarnOnce(EndpointDiagnostics.NotSupported(address.Generate, "way to continue an assistant message"));
        }
        return (-1, -1);
    }

    /// <summary>Adds the prompt, as tokens where there is a tokenizer, since a server would add a second begin token to text.</summary>
    /// <returns>Tokens before and after truncation, or -1.</returns>
    private async Task<(int Prompt, int Input)> AddPromptAsync(JsonObject body, GenerationRequest request, CancellationToken cancellationToken)
    {
        if (tokenizer is null)
        {
            body["prompt"] = request.Prompt;
            if (Capabilities.Server == EndpointServer.Vllm && !encoding.AddsSpecialTokens(request.Prompt))
                body["add_special_tokens"] = false;
            return (-1, -1);
        }
        var tokens = await encoding.PromptAsync(request.Prompt, cancellationToken);
        // Too long a prompt loses its beginning, as in lm-evaluation-harness.
        var room = MaxLength - request.Options.MaxTokens;
        body["prompt"] = CompletionsProtocol.Array(tokens.Skip(tokens.Count - room));
        return (tokens.Count, Math.Min(tokens.Count, room));
    }

    private async Task<IReadOnlyList<TAnswer>> ForAllAsync<TRequest, TAnswer>(
        IReadOnlyList<TRequest> requests, Func<TRequest, CancellationToken, Task<TAnswer>> ask, Action<int, TAnswer>? completed, CancellationToken cancellationToken)
    {
        var answers = new TAnswer[requests.Count];
        var telling = new Lock();
        await Parallel.ForEachAsync(
            Enumerable.Range(0, requests.Count),
            new ParallelOptions { MaxDegreeOfParallelism = options.Concurrency, CancellationToken = cancellationToken },
            async (index, stop) =>
            {
                var answer = answers[index] = await ask(requests[index], stop);
                lock (telling)
                    completed?.Invoke(index, answer);
            });
        return answers;
    }

    private void WarnOnce(Diagnostic diagnostic)
    {
        lock (warned)
        {
            if (!warned.Add(diagnostic.Message))
                return;
        }
        options.Warn?.Invoke(diagnostic);
    }
}
