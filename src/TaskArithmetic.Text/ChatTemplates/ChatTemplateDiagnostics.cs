using TaskArithmetic.Diagnostics;

namespace TaskArithmetic.Text.ChatTemplates;

/// <summary>The codes of chat templates as files and of their use, TA2360 to TA2364; errors inside a template have the codes of <c>Jinja</c>.</summary>
internal static class ChatTemplateDiagnostics
{
    public static DiagnosticException None(string folder) => Error("TA2360",
        $"{folder} has no chat template: neither chat_template.jinja nor a chat_template in tokenizer_config.json. Evaluate without a chat template, or add the one the model was trained with");

    public static DiagnosticException BadFile(string file, string what, Exception? cause = null) => new(Diagnostic.Error("TA2361",
        $"{file}: {what}. Restore the file from the model's origin.").At(file: file), cause);

    public static DiagnosticException NoSuchTemplate(string wanted, IEnumerable<string> names) => Error("TA2362",
        $"the model has no chat template named '{wanted}'; it has {string.Join(", ", names.Order(StringComparer.Ordinal))}. Name one of these");

    public static DiagnosticException NothingToContinue(string why) => Error("TA2363",
        $"the final message cannot be continued: {why}. Let the conversation end with a message whose content is text");

    public static DiagnosticException FinalMessageLost() => Error("TA2364",
        "the final message cannot be continued: its text does not appear in the rendered chat, since the chat template changes or drops it. Render without continuing, or with another template");

    private static DiagnosticException Error(string code, string message) => new(Diagnostic.Error(code, message + "."));
}
