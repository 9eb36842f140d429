using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using TaskArithmetic.Diagnostics;
using TaskArithmetic.Files;

namespace TaskArithmetic.Checkpoints;

/// <summary>
/// What a tokenizer maps: token to id, and the order of its merges. Two models can only be added row by row when these agree.
/// </summary>
/// <param name="Vocabulary">Id of each token, added tokens included.</param>
/// <param name="Digest">SHA-256, lower-case hex, over vocabulary (by id) and merges.</param>
/// <param name="MergesDigest">SHA-256, lower-case hex, over the merges in order.</param>
public sealed record TokenizerIdentity(IReadOnlyDictionary<string, long> Vocabulary, string Digest, string MergesDigest)
{
    /// <summary>Largest tokenizer.json or vocab.json that is read: 128 MiB. The largest in use have some 35.</summary>
    private const long Most = 128L << 20;

    /// <summary>Reads tokenizer.json, else vocab.json with merges.txt, else nothing.</summary>
    /// <returns>Null where the folder has neither (a lone SentencePiece tokenizer.model included).</returns>
    /// <exception cref="DiagnosticException">TA2008: damaged files.</exception>
    public static TokenizerIdentity? Read(string folder)
    {
        var tokenizer = Path.Combine(folder, "tokenizer.json");
        if (RegularFile.IsPresent(tokenizer))
            return FromTokenizerJson(tokenizer);
        var vocabulary = Path.Combine(folder, "vocab.json");
        var merges = Path.Combine(folder, "merges.txt");
        return RegularFile.IsPresent(vocabulary) && RegularFile.IsPresent(merges) ? FromVocabulary(vocabulary, merges) : null;
    }

    /// <summary>Tokens that the two map to different ids, and ids to which they give different tokens. Tokens only one of them has are no conflict.</summary>
    public IEnumerable<string> Conflicts(TokenizerIdentity other)
    {
        var tokens = Vocabulary.GroupBy(p => p.Value).ToDictionary(g => g.Key, g => g.First().Key);
        foreach (var (token, id) in other.Vocabulary)
        {
            if (Vocabulary.TryGetValue(token, out var mine) ? mine != id : tokens.ContainsKey(id))
                yield return token;
        }
    }

    private static TokenizerIdentity FromTokenizerJson(string path) => Guard(path, () =>
    {
        using var json = JsonFile.Read(path, Most);
        var vocabulary = new Dictionary<string, long>(StringComparer.Ordinal);
        var model = Member(json.RootElement, "model") is { ValueKind: JsonValueKind.Object } found ? found : throw new FormatException("it has no object 'model'");
        if (Member(model, "vocab") is { } vocab)
            AddVocabulary(vocabulary, vocab);
        if (Member(json.RootElement, "added_tokens") is { ValueKind: JsonValueKind.Array } added)
        {
            foreach (var token in added.EnumerateArray())
            {
                if (Member(token, "content") is not { ValueKind: JsonValueKind.String } content || Member(token, "id") is not { } id)
                    throw new FormatException("an added token lacks its 'content' or its 'id'");
                vocabulary[content.GetString()!] = Id(id, content.GetString()!);
            }
        }
        var merges = Member(model, "merges") is { ValueKind: JsonValueKind.Array } list ? list.EnumerateArray().Select(MergeText) : [];
        return Create(vocabulary, merges);
    });

    private static JsonElement? Member(JsonElement json, string name) =>
        json.ValueKind == JsonValueKind.Object && json.TryGetProperty(name, out var value) ? value : null;

    private static long Id(JsonElement json, string token) =>
        json.ValueKind == JsonValueKind.Number && json.TryGetInt64(out var id) ? id : throw new FormatException($"the id of the token '{Listing.Short(token)}' is no whole number");

    private static void AddVocabulary(Dictionary<string, long> vocabulary, JsonElement vocab)
    {
        if (vocab.ValueKind == JsonValueKind.Object)
        {
            foreach (var token in vocab.EnumerateObject())
                vocabulary[token.Name] = Id(token.Value, token.Name);
            return;
        }
        if (vocab.ValueKind != JsonValueKind.Array)
            throw new FormatException("its vocabulary is neither an object nor a list");
        // Unigram models list [token, score] pairs by id.
        long id = 0;
        foreach (var pair in vocab.EnumerateArray())
        {
            vocabulary[pair.ValueKind == JsonValueKind.Array && pair.GetArrayLength() > 0 && pair[0].ValueKind == JsonValueKind.String
                ? pair[0].GetString()!
                : throw new FormatException($"entry {id} of its vocabulary is no pair of token and score")] = id;
            id++;
        }
    }

    private static string MergeText(JsonElement merge) => merge.ValueKind switch
    {
        JsonValueKind.String => merge.GetString()!,
        JsonValueKind.Array when merge.GetArrayLength() == 2 && merge.EnumerateArray().All(part => part.ValueKind == JsonValueKind.String) =>
            $"{merge[0].GetString()} {merge[1].GetString()}",
        _ => throw new FormatException("a merge is neither a text nor a pair of texts"),
    };

    private static TokenizerIdentity FromVocabulary(string vocabularyPath, string mergesPath)
    {
        var merges = Guard(mergesPath, () => Lines(RegularFile.ReadText(mergesPath, Most)));
        return Guard(vocabularyPath, () =>
        {
            using var json = JsonFile.Read(vocabularyPath, Most);
            var vocabulary = new Dictionary<string, long>(StringComparer.Ordinal);
            AddVocabulary(vocabulary, json.RootElement);
            return Create(vocabulary, merges.Where((line, i) => line.Length > 0 && !(i == 0 && line.StartsWith("#version", StringComparison.Ordinal))));
        });
    }

    private static List<string> Lines(string text)
    {
        var lines = new List<string>();
        using var reader = new StringReader(text);
        while (reader.ReadLine() is { } line)
            lines.Add(line);
        return lines;
    }

    private static TokenizerIdentity Create(Dictionary<string, long> vocabulary, IEnumerable<string> merges)
    {
        using var mergesHash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (var merge in merges)
            mergesHash.AppendData(Encoding.UTF8.GetBytes(merge + "\n"));
        var mergesDigest = Convert.ToHexStringLower(mergesHash.GetHashAndReset());
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (var (token, id) in vocabulary.OrderBy(p => p.Value).ThenBy(p => p.Key, StringComparer.Ordinal))
            hash.AppendData(Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{id}\t{token}\n")));
        hash.AppendData(Encoding.UTF8.GetBytes(mergesDigest));
        return new TokenizerIdentity(vocabulary, Convert.ToHexStringLower(hash.GetHashAndReset()), mergesDigest);
    }

    private static T Guard<T>(string path, Func<T> read)
    {
        try
        {
            return read();
        }
        catch (Exception e) when (e is JsonException or FormatException or IOException or UnauthorizedAccessException)
        {
            throw CheckpointDiagnostics.MalformedTokenizer(path, e.Message, e);
        }
    }
}
