using System.Text.Json;
using static TaskArithmetic.Gguf.Vocabularies.TokenizerDocument;

namespace TaskArithmetic.Gguf.Vocabularies;

/// <summary>
/// What llama.cpp calls a way of splitting texts for byte-level merges. It has each under a fixed name, and one that is not recognised must be
/// refused: under another name texts would be split wrongly without a word. Source: the expressions in llama.cpp's llama-vocab.cpp.
/// </summary>
internal static class PreTokenizerName
{
    private const string Endings = "(?i:'s|'t|'re|'ve|'m|'ll|'d)";
    private const string Words = Endings + @"|[^\r\n\p{L}\p{N}]?\p{L}+|";
    private const string Rest = @"| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+";
    private const string CasedWord1 = @"[^\r\n\p{L}\p{N}]?[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]*[\p{Ll}\p{Lm}\p{Lo}\p{M}]+";
    private const string CasedWord2 = @"[^\r\n\p{L}\p{N}]?[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]+[\p{Ll}\p{Lm}\p{Lo}\p{M}]*";
    private const string CasedRest = @"| ?[^\s\p{L}\p{N}]+[\r\n/]*|\s*[\r\n]+|\s+(?!\S)|\s+";

    /// <summary>Names by expression, and by whether a word that is a token stays whole whatever the merges say.</summary>
    private static readonly Dictionary<(string Expression, bool IgnoresMerges), string> Expressions = new()
    {
        [(Words + @"\p{N}{1,3}" + Rest, true)] = "llama-bpe",
        [(Words + @"\p{N}{1,3}" + Rest, false)] = "smaug-bpe",
        [(Words + @"\p{N}" + Rest, false)] = "qwen2",
        [($@"{CasedWord1}{Endings}?|{CasedWord2}{Endings}?|\p{{N}}{{1,3}}{CasedRest}", false)] = "gpt-4o",
        [($@"{CasedWord1}|{CasedWord2}|\p{{N}}{CasedRest}", true)] = "tekken",
    };

    /// <summary>The name, or null where llama.cpp has none.</summary>
    public static string? Of(TokenizerDocument tokenizer)
    {
        var ignoresMerges = Flag(tokenizer.Model, "ignore_merges", false);
        return tokenizer.PreTokenizers switch
        {
            [var words] when IsByteLevel(words, splits: true) && !ignoresMerges => "gpt-2",
            [var digits, var words] when IsDigits(digits) && IsByteLevel(words, splits: true) && !ignoresMerges => "smollm",
            [var split, var bytes] when IsByteLevel(bytes, splits: false) && Expression(split) is { } expression => Expressions.GetValueOrDefault((expression, ignoresMerges)),
            _ => null,
        };
    }

    private static bool IsByteLevel(JsonElement step, bool splits) =>
        TextOf(step, "type") == "ByteLevel" && Flag(step, "use_regex", true) == splits && !Flag(step, "add_prefix_space", true);

    private static bool IsDigits(JsonElement step) => TextOf(step, "type") == "Digits" && Flag(step, "individual_digits", false);

    /// <summary>Pieces that match stay: isolated, or kept by removing all that does not match, which leaves nothing out where everything does.</summary>
    private static string? Expression(JsonElement step) =>
        TextOf(step, "type") == "Split" && (TextOf(step, "behavior"), Flag(step, "invert", false)) is ("Isolated", _) or ("Removed", true)
        && Member(step, "pattern") is { } pattern
            ? TextOf(pattern, "Regex")
            : null;
}
