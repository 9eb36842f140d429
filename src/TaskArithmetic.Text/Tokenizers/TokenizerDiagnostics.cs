using System.Globalization;
using TaskArithmetic.Diagnostics;

namespace TaskArithmetic.Text.Tokenizers;

/// <summary>The findings about tokenizer files, TA2300 to TA2349, with their texts.</summary>
internal static class TokenizerDiagnostics
{
    public static Diagnostic NotFound(string path, bool hasSentencePieceModel) => Diagnostic.Error("TA2300",
        $"{path}: there is no tokenizer.json here. "
        + (hasSentencePieceModel
            ? "A SentencePiece tokenizer.model lies beside it, which is not read; convert it with transformers (AutoTokenizer.from_pretrained(...).save_pretrained(...))."
            : "Give a model folder that holds one, or the file itself.")).At(file: path);

    public static Diagnostic Unreadable(string path, string reason) => Diagnostic.Error("TA2301",
        $"{path}: the file cannot be read: {reason} Check the path and its permissions.").At(file: path);

    public static Diagnostic NotJson(string path, long? line, long? position, string reason) => Diagnostic.Error("TA2302",
        $"{path}: line {line + 1}, byte {position + 1}: the file is not valid JSON: {reason} Download it again; it may be cut short or a Git LFS pointer.").At(file: path);

    public static Diagnostic Malformed(string path, string where, string expected, string found) => Diagnostic.Error("TA2303",
        $"{path}: {Listing.Short(where)}: expected {expected}, found {found}. Save the tokenizer again with a current version of tokenizers.").At(file: path);

    public static Diagnostic UnsupportedKind(string path, string where, string role, string kind, string supported) => Diagnostic.Error("TA2304",
        $"{path}: {Listing.Short(where)}: the {role} '{Listing.Short(kind)}' is not supported (supported: {supported}). Use a model whose tokenizer has no such part, or score it through an endpoint.").At(file: path);

    public static Diagnostic UnsupportedOption(string path, string where, string option, string reason) => Diagnostic.Error("TA2305",
        $"{path}: {Listing.Short(where)}: {Listing.Short(option)} is not supported: {reason}").At(file: path);

    public static Diagnostic UnsupportedPattern(string path, string where, string pattern, int offset, string reason) => Diagnostic.Error("TA2306",
        $"{path}: {Listing.Short(where)}: the regular expression '{Listing.Short(pattern)}' cannot be bounded: at character {offset + 1}, {reason}. The tokenizer library ends the process where an expression steps back too often").At(file: path);

    public static Diagnostic MergeOutsideVocabulary(string path, int rank, string left, string right, string missing) => Diagnostic.Error("TA2307",
        $"{path}: $.model.merges[{rank}]: the merge '{Listing.Short(left)}' + '{Listing.Short(right)}' needs the token '{Listing.Short(missing)}', which the vocabulary lacks. Vocabulary and merges come from different tokenizers or the file was edited; take both from one source.").At(file: path);

    public static Diagnostic FurtherMergesOutsideVocabulary(string path, int count) => Diagnostic.Error("TA2307",
        $"{path}: $.model.merges: {count} further merges need tokens that the vocabulary lacks.").At(file: path);

    public static Diagnostic UnknownTemplateToken(string path, string where, string token) => Diagnostic.Error("TA2308",
        $"{path}: {Listing.Short(where)}: the template names the special token '{Listing.Short(token)}', which its special_tokens do not define. Add it there with its ids.").At(file: path);

    public static Diagnostic UnknownTokenMissing(string reason) => Diagnostic.Error("TA2309",
        $"The text holds a character the tokenizer does not know, and it has no token for the unknown ({Listing.Short(reason)}). Add its unk_token to the vocabulary of tokenizer.json or remove the character.");

    public static Diagnostic PatternTooSlow(string pattern, long length) => Diagnostic.Error("TA2310", string.Create(CultureInfo.InvariantCulture,
        $"The tokenizer's regular expression '{Listing.Short(pattern)}' could take too long on a text of {length} characters: its parts match the same text in too many ways. Use a tokenizer whose expressions do not, or score the model through an endpoint."));

    public static Diagnostic TextGrows(int most) => Diagnostic.Error("TA2311", string.Create(CultureInfo.InvariantCulture,
        $"A text of more than {most} characters would go through the tokenizer: it is that long, or replacements make it so. Give it a shorter one, or use a tokenizer whose replacements do not repeat it over and over."));

    public static Diagnostic RefusedByLibrary(string path, string reason) => Diagnostic.Error("TA2313",
        $"{path}: the tokenizer library refuses the file: {Listing.Short(reason)}. Save the tokenizer again with a current version of tokenizers.").At(file: path);
}
