using System.Text.Json;
using TaskArithmetic.Diagnostics;

namespace TaskArithmetic.Evaluation.Endpoint;

/// <summary>The server behind an endpoint, as far as its list of models tells; they differ in what they accept beyond the OpenAI protocol.</summary>
public enum EndpointServer
{
    /// <summary>Another server; only what OpenAI documents is sent.</summary>
    Unknown,

    /// <summary>vLLM.</summary>
    Vllm,

    /// <summary>llama.cpp's llama-server.</summary>
    LlamaCpp,

    /// <summary>Ollama.</summary>
    Ollama,
}

/// <summary>Which of the two OpenAI protocols is spoken.</summary>
public enum EndpointKind
{
    /// <summary><c>/v1/completions</c>: text or tokens in; the only one that can score.</summary>
    Completions,

    /// <summary><c>/v1/chat/completions</c>: messages in; the server applies the chat template.</summary>
    Chat,
}

/// <summary>What an endpoint said about itself when it was probed.</summary>
/// <param name="Server">The server, as far as known.</param>
/// <param name="Model">The model's name.</param>
/// <param name="MaxLength">Longest context plus answer, in tokens.</param>
/// <param name="ScoringObstacle">Why it cannot score given text; null if it can.</param>
public sealed record EndpointCapabilities(EndpointServer Server, string Model, int MaxLength, string? ScoringObstacle);

/// <summary>What a server said: a JSON document, or why there is none.</summary>
internal readonly record struct EndpointAnswer(JsonElement Body, Diagnostic? Problem)
{
    /// <summary>The document.</summary>
    /// <exception cref="DiagnosticException">There is none.</exception>
    public JsonElement Required => Problem is null ? Body : throw new DiagnosticException(Problem);
}
