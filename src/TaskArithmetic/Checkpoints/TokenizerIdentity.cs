using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace TaskArithmetic.Checkpoints;

/// <summary>
/// What a tokenizer maps: token to id, and the order of its merges. Two models can only be added row by row when these agree.
/// </summary>
/// <param name="Vocabulary">Id of each token, added tokens included.</param>
/// <param name="Digest">SHA-256, lower-case hex, over vocabulary (by id) and merges.</param>
/// <param name="MergesDigest">SHA-256, lower-case hex, over the merges in order.</param>
public sealed record TokenizerIdentity(IReadOnlyDictionary<string, long> Vocabulary, string Digest, string MergesDigest)
{
    /// <summary>Reads tokenizer.json, else vocab.json with merges.txt, else nothing.</summary>
    /// <returns>Null where the folder has neither (a lone SentencePiece tokenizer.model included).</returns>
    /// <exception cref="Diagnostics.DiagnosticException">TA2008: damaged files.</exception>
    public static TokenizerIdentity? Read(string folder)
    {
        var tokenizer = Path.Combine(folder, "tokenizer.json");
        if (File.Exists(tokenizer))
            return Guard(tokenizer, () => FromTokenizerJson(tokenizer));
        var vocabulary = Path.Combine(folder, "vocab.json");
        var merges = Path.Combine(folder, "merges.txt");
        return File.Exists(vocabulary) && File.Exists(merges) ? Guard(vocabulary, () => FromVocabulary(vocabulary, merges)) : null;
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

    private static TokenizerIdentity FromTokenizerJson(string path)
    {
        using var stream = File.OpenRead(path);
        using var json = JsonDocument.Parse(stream);
        var vocabulary = new Dictionary<string, long>(StringComparer.Ordinal);
        var model = json.RootElement.GetProperty("model");
        if (model.TryGetProperty("vocab", out var vocab))
            AddVocabulary(vocabulary, vocab);
        if (json.RootElement.TryGetProperty("added_tokens", out var added) && added.ValueKind == JsonValueKind.Array)
        {
            foreach (var token in added.EnumerateArray())
                vocabulary[token.GetProperty("content").GetString()!] = token.GetProperty("id").GetInt64();
        }
        var merges = model.TryGetProperty("merges", out var list) && list.ValueKind == JsonValueKind.Array
            ? list.EnumerateArray().Select(MergeText)
            : [];
        return Create(vocabulary, merges);
    }

    private static void AddVocabulary(Dictionary<string, long> vocabulary, JsonElement vocab)
    {
        if (vocab.ValueKind == JsonValueKind.Object)
        {
            foreach (var token in vocab.EnumerateObject())
                vocabulary[token.Name] = token.Value.GetInt64();
            return;
        }
        // Unigram models list [token, score] pairs by id.
        long id = 0;
        foreach (var pair in vocab.EnumerateArray())
            vocabulary[pair[0].GetString()!] = id++;
    }

    private static string MergeText(JsonElement merge) =>
        merge.ValueKind == JsonValueKind.Array ? $"{merge[0].GetString()} {merge[1].GetString()}" : merge.GetString()!;

    private static TokenizerIdentity FromVocabulary(string vocabularyPath, string mergesPath)
    {
        using var stream = File.OpenRead(vocabularyPath);
        using var json = JsonDocument.Parse(stream);
        var vocabulary = new Dictionary<string, long>(StringComparer.Ordinal);
        AddVocabulary(vocabulary, json.RootElement);
        return Create(vocabulary, File.ReadLines(mergesPath).Where((line, i) => line.Length > 0 && !(i == 0 && line.StartsWith("#version", StringComparison.Ordinal))));
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

    private static TokenizerIdentity Guard(string path, Func<TokenizerIdentity> read)
    {
        try
        {
            return read();
        }
        catch (Exception e) when (e is JsonException or KeyNotFoundException or InvalidOperationException or FormatException
            or IndexOutOfRangeException or ArgumentException or IOException or UnauthorizedAccessException)
        {
            throw CheckpointDiagnostics.MalformedTokenizer(path, e.Message, e);
        }
    }
}
