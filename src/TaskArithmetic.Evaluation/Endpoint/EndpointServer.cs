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
