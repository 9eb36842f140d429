namespace TaskArithmetic.Evaluation.Endpoint;

/// <summary>Which of the two OpenAI protocols is spoken.</summary>
public enum EndpointKind
{
    /// <summary><c>/v1/completions</c>: text or tokens in; the only one that can score.</summary>
    Completions,

    /// <summary><c>/v1/chat/completions</c>: messages in; the server applies the chat template.</summary>
    Chat,
}
