using System.Globalization;
using System.Text.Json;

namespace TaskArithmetic.Text.Tokenizers.Parsing;

/// <summary>Reads the model of a tokenizer file.</summary>
internal static class ModelParser
{
    // A file with a wrong vocabulary would otherwise name every one of its merges.
    private const int MostNamedMerges = 5;

    // The library tries all parts of such a word.
    private const int LongestWord = 1_000;

    // A unigram model's tokens become a tree, a level for each byte, which is taken down recursively.
    private const int LongestPiece = 256;
    private const int MostPieceCharacters = 4 << 20;

    public static TokenizerModel Parse(TokenizerJsonNode node)
    {
        // Files from before the field existed are told apart by what else they hold.
        var kind = node["type"].TextOrNull() ?? (node["merges"].IsAbsent ? "" : "BPE");
        switch (kind)
        {
            case "BPE": return ParseBpe(node);
            case "Unigram": return ParseUnigram(node);
            case "WordPiece":
                node["continuing_subword_prefix"].Token();
                if (node["max_input_chars_per_word"].Integer() > LongestWord)
                    node["max_input_chars_per_word"].Expected(string.Create(CultureInfo.InvariantCulture, $"at most {LongestWord}"));
                return ParseWords(node, kind);
            case "WordLevel": return ParseWords(node, kind);
            case "" when node.IsAbsent: node.Expected("the model of a tokenizer"); break;
            case "": node["type"].Expected("the kind of model"); break;
            default: node.Unsupported("model", kind, "BPE, Unigram, WordPiece, WordLevel"); break;
        }
        return new(kind, [], [], [], []);
    }

    private static TokenizerModel ParseWords(TokenizerJsonNode node, string kind)
    {
        node["unk_token"].Token();
        var vocabulary = ParseVocabulary(node["vocab"]);
        return new(kind, vocabulary, [], [], []);
    }

    private static Dictionary<string, int> ParseVocabulary(TokenizerJsonNode node)
    {
        var vocabulary = new Dictionary<string, int>();
        var ids = new HashSet<int>();
        foreach (var (token, id) in node.Members())
        {
            if (token.Length > TokenizerJsonNode.LongestToken)
                id.Expected(string.Create(CultureInfo.InvariantCulture, $"a token of at most {TokenizerJsonNode.LongestToken} characters"));
            var problems = id.Problems.Count;
            var number = id.Integer();
            // Which of two tokens an id means would be chance.
            if (!ids.Add(number) && id.Problems.Count == problems)
                id.Expected("an id that no token before it has");
            vocabulary[token] = number;
        }
        return vocabulary;
    }

    private static TokenizerModel ParseUnigram(TokenizerJsonNode node)
    {
        var vocabulary = new Dictionary<string, int>();
        var pieces = new List<string>();
        var scores = new List<double>();
        var length = 0L;
        foreach (var piece in node["vocab"].Items())
        {
            var token = piece.Length == 2 ? piece.Items().First().Text() : "";
            var score = piece.Length == 2 ? piece.Items().Last().Element : default;
            if (piece.Length != 2 || token.Length > LongestPiece || score.ValueKind != JsonValueKind.Number || !double.IsFinite(score.GetDouble()))
                piece.Expected(string.Create(CultureInfo.InvariantCulture, $"a token of at most {LongestPiece} characters and its score"));
            vocabulary[token] = scores.Count;
            pieces.Add(token);
            scores.Add(score.ValueKind == JsonValueKind.Number ? score.GetDouble() : 0);
            length += token.Length;
        }
        if (length > MostPieceCharacters)
            node["vocab"].Expected(string.Create(CultureInfo.InvariantCulture, $"tokens of at most {MostPieceCharacters} characters together"));
        node["byte_fallback"].FlagOrNull();
        if (!node["unk_id"].IsAbsent && node["unk_id"].Integer() >= scores.Count)
            node["unk_id"].Expected("a place in the vocabulary");
        return new("Unigram", vocabulary, pieces, [], scores);
    }

    private static TokenizerModel ParseBpe(TokenizerJsonNode node)
    {
        var dropout = node["dropout"];
        if (!dropout.IsAbsent && !(dropout.Element.ValueKind == JsonValueKind.Number && dropout.Element.GetDouble() == 0))
        {
            node.Problems.Add(TokenizerDiagnostics.UnsupportedOption(node.File, dropout.Where, "BPE dropout",
                "it makes every encoding random. Set it to null, as it is meant for training."));
        }
        foreach (var name in (string[])["unk_token", "continuing_subword_prefix", "end_of_word_suffix"])
        {
            if (!node[name].IsAbsent)
                node[name].Token();
        }
        foreach (var name in (string[])["fuse_unk", "byte_fallback", "ignore_merges"])
            node[name].FlagOrNull();
        var vocabulary = ParseVocabulary(node["vocab"]);
        var prefix = node["continuing_subword_prefix"].Element.ValueKind == JsonValueKind.String ? node["continuing_subword_prefix"].Text() : "";
        return new("BPE", vocabulary, [], ParseMerges(node["merges"], vocabulary, prefix), []);
    }

    private static List<(string, string)> ParseMerges(TokenizerJsonNode node, Dictionary<string, int> vocabulary, string prefix)
    {
        var merges = new List<(string, string)>(node.Length);
        var outside = 0;
        foreach (var item in node.Items())
        {
            if (ParsePair(item) is not var (left, right))
                continue;
            // The library cuts the prefix off the right token without looking, and ends the process where there is too little of it.
            var joined = right.StartsWith(prefix, StringComparison.Ordinal) ? left + right[prefix.Length..] : $"{prefix}…";
            if (vocabulary.ContainsKey(left) && vocabulary.ContainsKey(right) && vocabulary.ContainsKey(joined))
                merges.Add((left, right));
            else if (++outside <= MostNamedMerges)
                node.Problems.Add(TokenizerDiagnostics.MergeOutsideVocabulary(node.File, merges.Count + outside - 1, left, right, ((string[])[left, right, joined]).First(token => !vocabulary.ContainsKey(token))));
        }
        if (outside > MostNamedMerges)
            node.Problems.Add(TokenizerDiagnostics.FurtherMergesOutsideVocabulary(node.File, outside - MostNamedMerges));
        return merges;
    }

    // "left right" in older files; ["left", "right"] in newer ones, where tokens may hold spaces.
    private static (string Left, string Right)? ParsePair(TokenizerJsonNode node)
    {
        if (node.Element.ValueKind == JsonValueKind.Array)
        {
            if (node.Length == 2)
                return (node.Items().First().Text(), node.Items().Last().Text());
        }
        else
        {
            var text = node.Text();
            if (text.StartsWith("#version", StringComparison.Ordinal))
                return null;
            var space = text.IndexOf(' ');
            if (space >= 0 && text.IndexOf(' ', space + 1) < 0)
                return (text[..space], text[(space + 1)..]);
        }
        node.Expected("a merge of two tokens");
        return null;
    }
}
