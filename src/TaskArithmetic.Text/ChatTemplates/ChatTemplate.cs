using TaskArithmetic.Diagnostics;
using TaskArithmetic.Text.Jinja;
using TaskArithmetic.Text.Python;

namespace TaskArithmetic.Text.ChatTemplates;

/// <summary>
/// A model's chat template: how a conversation becomes the text that the model was trained on. It renders as
/// <c>apply_chat_template(tokenize=False)</c> of transformers 5 does. Immutable; may be used from several threads.
/// </summary>
internal sealed class ChatTemplate
{
    private const string DefaultName = "default";
    private const string ToolName = "tool_use";

    private static readonly IReadOnlyDictionary<string, PythonValue> NoTokens = new Dictionary<string, PythonValue>();

    private readonly Dictionary<string, JinjaTemplate> templates;

    private ChatTemplate(Dictionary<string, JinjaTemplate> templates, IReadOnlyDictionary<string, PythonValue> specialTokens)
    {
        this.templates = templates;
        SpecialTokens = specialTokens;
    }

    /// <summary>The model's special tokens by the name templates know them: <c>bos_token</c>, <c>eos_token</c>…</summary>
    public IReadOnlyDictionary<string, PythonValue> SpecialTokens { get; }

    /// <summary>The names of the templates; a model with one template has <c>default</c> only.</summary>
    public IReadOnlyCollection<string> Names => templates.Keys;

    /// <summary>Whether a template prints the date, so that its prompts change from day to day.</summary>
    /// <param name="source">The template's text.</param>
    public static bool PrintsDate(string? source) => source?.Contains(ChatTemplateEnvironment.DateFunction, StringComparison.Ordinal) == true;

    /// <summary>Parses one template.</summary>
    /// <param name="source">The template's text.</param>
    /// <param name="specialTokens">The special tokens it may print.</param>
    /// <param name="name">What errors call it.</param>
    /// <param name="now">The time that <c>strftime_now</c> prints; null is the time of this call.</param>
    /// <exception cref="DiagnosticException">TA2350 or TA2354: the text is no template.</exception>
    public static ChatTemplate Parse(string source, IReadOnlyDictionary<string, PythonValue>? specialTokens = null, string name = "chat template", DateTime? now = null) =>
        Create([new NamedTemplate(DefaultName, source, name)], specialTokens ?? NoTokens, now);

    /// <summary>Loads a model's templates and special tokens from its folder.</summary>
    /// <param name="modelFolder">A Hugging Face model folder: <c>chat_template.jinja</c> with <c>additional_chat_templates/*.jinja</c>, or <c>chat_template</c> in <c>tokenizer_config.json</c>.</param>
    /// <param name="now">The time that <c>strftime_now</c> prints; null is the time of this call.</param>
    /// <exception cref="DiagnosticException">TA2360: there is no template; TA2361: a file cannot be read; TA2350 or TA2354: a template cannot be parsed.</exception>
    public static ChatTemplate Load(string modelFolder, DateTime? now = null)
    {
        var files = ChatTemplateFiles.Read(modelFolder);
        return files.Templates.Count > 0
            ? Create(files.Templates, files.SpecialTokens, now)
            : throw ChatTemplateDiagnostics.None(modelFolder);
    }

    /// <summary>Renders a conversation.</summary>
    /// <param name="request">The conversation and its settings.</param>
    /// <returns>The prompt.</returns>
    /// <exception cref="DiagnosticException">The template failed or refused (TA2351 to TA2355, with the <see cref="JinjaException"/> inside), there is no template of the name asked for (TA2362), or the final message cannot be continued (TA2363, TA2364).</exception>
    public string Render(ChatTemplateRequest request) =>
        TryRender(request, out var text, out var error) ? text : throw new DiagnosticException(error.Diagnostic, error);

    /// <summary>
    /// Renders a conversation as lm-evaluation-harness asks for one: a template that refuses a system message (Gemma 2) is tried again
    /// without it, so the instruction is lost there as it is in the reference.
    /// </summary>
    /// <param name="messages">The conversation.</param>
    /// <param name="continueFinalMessage">Whether the last message stays open; else the generation prompt is added.</param>
    /// <exception cref="DiagnosticException">As <see cref="Render"/>.</exception>
    public string RenderConversation(IReadOnlyList<ChatMessage> messages, bool continueFinalMessage)
    {
        ChatTemplateRequest Request(IEnumerable<ChatMessage> shown) => new(shown) { AddGenerationPrompt = !continueFinalMessage, ContinueFinalMessage = continueFinalMessage };
        if (TryRender(Request(messages), out var text, out var error))
            return text;
        return error.IsTemplateError && messages.Count > 1 && messages[0].Role == "system"
            ? Render(Request(messages.Skip(1)))
            : throw new DiagnosticException(error.Diagnostic, error);
    }

    /// <summary>Renders a conversation that the template may refuse, such as one with a system message.</summary>
    /// <param name="request">The conversation and its settings.</param>
    /// <param name="text">The prompt, empty when the template failed.</param>
    /// <param name="error">Why the template failed.</param>
    /// <returns>Whether the template rendered.</returns>
    /// <exception cref="DiagnosticException">TA2362, TA2363 or TA2364, which are not the template's doing.</exception>
    public bool TryRender(ChatTemplateRequest request, out string text, [System.Diagnostics.CodeAnalysis.NotNullWhen(false)] out JinjaException? error)
    {
        var template = Select(request);
        var continuation = request.ContinueFinalMessage ? FinalMessage.Mark(request.Messages) : null;
        try
        {
            var rendered = template.Render(Variables(request, continuation?.Messages ?? request.Messages));
            text = continuation is null ? rendered : continuation.Cut(rendered);
            error = null;
            return true;
        }
        catch (JinjaException failure)
        {
            text = "";
            error = failure;
            return false;
        }
    }

    private static ChatTemplate Create(IEnumerable<NamedTemplate> sources, IReadOnlyDictionary<string, PythonValue> specialTokens, DateTime? now)
    {
        var options = ChatTemplateEnvironment.Create(now ?? DateTime.Now);
        var templates = new Dictionary<string, JinjaTemplate>(StringComparer.Ordinal);
        var problems = new List<Diagnostic>();
        foreach (var source in sources)
        {
            try
            {
                templates[source.Name] = JinjaTemplate.Parse(source.Text, options, source.Origin);
            }
            catch (JinjaException error)
            {
                problems.Add(error.Diagnostic);
            }
        }
        return problems.Count == 0 ? new ChatTemplate(templates, specialTokens) : throw new DiagnosticException(problems);
    }

    private JinjaTemplate Select(ChatTemplateRequest request)
    {
        var name = request.TemplateName
            ?? (request.Tools is not (null or PythonNone) && templates.ContainsKey(ToolName) ? ToolName : DefaultName);
        return templates.TryGetValue(name, out var template) ? template : throw ChatTemplateDiagnostics.NoSuchTemplate(name, templates.Keys);
    }

    private Dictionary<string, PythonValue> Variables(ChatTemplateRequest request, PythonList messages)
    {
        var variables = new Dictionary<string, PythonValue>(SpecialTokens, StringComparer.Ordinal);
        foreach (var (name, value) in request.Variables)
            variables[name] = value;
        variables["messages"] = messages;
        variables["tools"] = request.Tools ?? PythonNone.Instance;
        variables["documents"] = request.Documents ?? PythonNone.Instance;
        variables["add_generation_prompt"] = request.AddGenerationPrompt;
        return variables;
    }
}
