using TaskArithmetic.Text.Python;

namespace TaskArithmetic.Text.ChatTemplates;

/// <summary>What <c>apply_chat_template</c> of transformers takes.</summary>
/// <param name="Messages">The conversation: one dictionary a message, with <c>role</c>, <c>content</c> and whatever else the template reads.</param>
internal sealed record ChatTemplateRequest(PythonList Messages)
{
    private static readonly Dictionary<string, PythonValue> NoVariables = [];

    /// <summary>A conversation of plain text messages.</summary>
    /// <param name="messages">The messages in order.</param>
    public ChatTemplateRequest(IEnumerable<ChatMessage> messages)
        : this(new PythonList(messages.Select(m => new PythonDictionary([
            KeyValuePair.Create<string, PythonValue>("role", m.Role), KeyValuePair.Create<string, PythonValue>("content", m.Content)]))))
    {
    }

    /// <summary>The JSON schemas of tools, or null for none.</summary>
    public PythonValue? Tools { get; init; }

    /// <summary>Documents to ground the answer in, or null for none.</summary>
    public PythonValue? Documents { get; init; }

    /// <summary>Whether the text ends with the start of an assistant's turn.</summary>
    public bool AddGenerationPrompt { get; init; }

    /// <summary>Whether the text ends within the last message, so that the model goes on writing it.</summary>
    public bool ContinueFinalMessage { get; init; }

    /// <summary>Further variables, such as <c>enable_thinking</c>; they win over the model's special tokens.</summary>
    public IReadOnlyDictionary<string, PythonValue> Variables { get; init; } = NoVariables;

    /// <summary>Which of a model's named templates to use; null takes <c>tool_use</c> when there are tools, else <c>default</c>.</summary>
    public string? TemplateName { get; init; }
}
