using TaskArithmetic.Diagnostics;

namespace TaskArithmetic.Layouts;

/// <summary>The coded findings of what comes out: layers, vocabulary, tokenizer.</summary>
internal static class LayoutDiagnostics
{
    public static Diagnostic LayersBeyond(string model, int end, int count) => Diagnostic.Error(
        "TA2091", $"{model}: a slice takes its layers up to, not including, {end}, but it has {count}. Correct the range of layers.").At(file: model);

    public static Diagnostic TokenNowhere(string token, string model, string item) => Diagnostic.Error(
        "TA2092", $"the token '{Printable.Start(token)}' is not in the vocabulary of {model}, or has no row there. Take its row from another model or token.").At(item: item);

    public static Diagnostic TokenSourceUnknown(string token, string model, string item) => Diagnostic.Error(
        "TA2092", $"the token '{Printable.Start(token)}' is to have its row from {model}, which is not merged. Name one of the merged models.").At(item: item);

    public static Diagnostic NoTokenizer(string model) => Diagnostic.Error(
        "TA2093", $"{model}: has no tokenizer.json (nor vocab.json with merges.txt), so the rows of its embedding cannot be told apart. Add the tokenizer's files, or leave the tokenizer setting out.").At(file: model);

    public static Diagnostic NoTokenizerFile(string model) => Diagnostic.Error(
        "TA2093", $"{model}: has no tokenizer.json to which tokens could be added. Convert its tokenizer to tokenizer.json first.").At(file: model);

    public static Diagnostic NoChatTemplate(IReadOnlyList<string> models) => Diagnostic.Warning(
        "TA1034", $"chat_template auto finds no chat template in {Listing.Of(models)}, so the output has none. Name one, or leave it out.");

    public static Diagnostic UnknownTemplate(string name, IReadOnlyList<string> known) => Diagnostic.Error(
        "TA2088", $"there is no chat template '{Printable.Start(name)}'. {(NearestName.Find(name, known) is { } nearest ? $"Did you mean '{nearest}'? " : "")}Write one of {string.Join(", ", known)}, or the text of a Jinja template.").At(item: "chat_template");

    public static Diagnostic NotMatched(string model, string reason) => Diagnostic.Error(
        "TA2094", $"{model}: its vocabulary differs from the target's, and its rows cannot be matched by token: {reason}. Leave its embedding and head out (VocabularyMismatch=skip).").At(file: model);
}
