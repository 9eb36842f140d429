using System.Globalization;
using System.Text.Json;
using TaskArithmetic.Text.Tokenizers.Models;

namespace TaskArithmetic.Text.Tokenizers.Parsing;

/// <summary>Reads the model of a tokenizer file.</summary>
internal static class BpeModelParser
{
    // A file with a wrong vocabulary would otherwise name every one of its merges.
    private const int MostNamedMerges = 5;

    public static BpeModel Parse(TokenizerJsonNode node)
    {
        // Files from before the field existed are told apart by what else they hold.
        var kind = node["type"].TextOrNull() ?? (node["merges"].IsAbsent ? "" : "BPE");
        if (kind != "BPE")
        {
            if (kind.Length == 0)
                node["type"].Expected("the kind of model");
            else
                node.Unsupported("model", kind, "BPE");
            return new([], new BpeMerges(0), new BpeOptions(null, "", "", false, false, false));
        }
        var options = ParseOptions(node);
        var vocabulary = new Dictionary<string, int>();
        foreach (var (token, id) in node["vocab"].Members())
        {
            if (token.Length > TokenizerJsonNode.LongestToken)
                id.Expected(string.Create(CultureInfo.InvariantCulture, $"a token of at most {TokenizerJsonNode.LongestToken} characters"));
            vocabulary[token] = id.Integer();
        }
        return new(vocabulary, ParseMerges(node["merges"], vocabulary, options), options);
    }

    private static BpeOptions ParseOptions(TokenizerJsonNode node)
    {
        var dropout = node["dropout"];
        if (!dropout.IsAbsent && !(dropout.Element.ValueKind == JsonValueKind.Number && dropout.Element.GetDouble() == 0))
        {
            node.Problems.Add(TokenizerDiagnostics.UnsupportedOption(node.File, dropout.Where, "BPE dropout",
                "it makes every encoding random. Set it to null, as it is meant for training."));
        }
        return new(
            node["unk_token"].IsAbsent ? null : node["unk_token"].Token(),
            node["continuing_subword_prefix"].IsAbsent ? "" : node["continuing_subword_prefix"].Token(),
            node["end_of_word_suffix"].IsAbsent ? "" : node["end_of_word_suffix"].Token(),
            node["fuse_unk"].FlagOrNull() ?? false,
            node["byte_fallback"].FlagOrNull() ?? false,
            node["ignore_merges"].FlagOrNull() ?? false);
    }

    private static BpeMerges ParseMerges(TokenizerJsonNode node, Dictionary<string, int> vocabulary, BpeOptions options)
    {
        var merges = new BpeMerges(node.Length);
        var rank = 0;
        var outside = 0;
        foreach (var item in node.Items())
        {
            if (ParsePair(item) is not var (left, right))
                continue;
            var joined = left + (right.StartsWith(options.ContinuingSubwordPrefix, StringComparison.Ordinal) ? right[options.ContinuingSubwordPrefix.Length..] : right);
            if (vocabulary.TryGetValue(left, out var leftId) && vocabulary.TryGetValue(right, out var rightId) && vocabulary.TryGetValue(joined, out var id))
                merges.Set(left, leftId, right, rightId, new(rank, id));
            else if (++outside <= MostNamedMerges)
                node.Problems.Add(TokenizerDiagnostics.MergeOutsideVocabulary(node.File, rank, left, right, Missing(vocabulary, left, right, joined)));
            rank++;
        }
        if (outside > MostNamedMerges)
            node.Problems.Add(TokenizerDiagnostics.FurtherMergesOutsideVocabulary(node.File, outside - MostNamedMerges));
        return merges;
    }

    private static string Missing(Dictionary<string, int> vocabulary, params string[] tokens) => tokens.First(token => !vocabulary.ContainsKey(token));

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
