using System.Collections.Concurrent;
using System.Globalization;
using System.Text;
using TaskArithmetic.Diagnostics;

namespace TaskArithmetic.Text.Tokenizers.Models;

/// <summary>
/// Byte-pair encoding (Sennrich et al. 2016) of single words, as the Rust library tokenizers does it, with unknown
/// tokens, byte fallback and <c>ignore_merges</c>. Safe for concurrent use.
/// </summary>
internal sealed class BpeModel
{
    // Words beyond these bounds are encoded anew each time, so that the memory of long runs stays small.
    private const int MostCachedWords = 20_000, LongestCachedWord = 64;

    private readonly Dictionary<string, int> vocabulary;
    private readonly Dictionary<int, string> tokens;
    private readonly Dictionary<int, int> characters = [];
    private readonly BpeMerges merges;
    private readonly BpeOptions options;
    private readonly int[]? byteTokens;
    private readonly ConcurrentDictionary<string, int[]> cache = new();
    private int cachedWords;

    /// <param name="vocabulary">Token to id.</param>
    /// <param name="merges">The merges; every token they name is in the vocabulary.</param>
    /// <param name="options">The other settings.</param>
    public BpeModel(Dictionary<string, int> vocabulary, BpeMerges merges, BpeOptions options)
    {
        this.vocabulary = vocabulary;
        this.merges = merges;
        this.options = options;
        tokens = new(vocabulary.Count);
        foreach (var (token, id) in vocabulary)
        {
            tokens[id] = token;
            if (Rune.DecodeFromUtf16(token, out var rune, out var length) == System.Buffers.OperationStatus.Done && length == token.Length)
                characters[rune.Value] = id;
        }
        if (options.ByteFallback)
        {
            byteTokens = [.. Enumerable.Range(0, 256)
                .Select(b => vocabulary.GetValueOrDefault(string.Create(CultureInfo.InvariantCulture, $"<0x{b:X2}>"), -1))];
        }
    }

    public IReadOnlyDictionary<string, int> Vocabulary => vocabulary;

    public BpeMerges Merges => merges;

    public int? TokenToId(string token) => vocabulary.TryGetValue(token, out var id) ? id : null;

    public string? IdToToken(int id) => tokens.GetValueOrDefault(id);

    /// <summary>Appends the ids of one word.</summary>
    /// <param name="text">The word.</param>
    /// <param name="word">Scratch space, owned by the caller.</param>
    /// <param name="output">Receives the ids.</param>
    public void Encode(ReadOnlySpan<char> text, BpeWord word, List<int> output)
    {
        if (options.IgnoreMerges && vocabulary.GetAlternateLookup<ReadOnlySpan<char>>().TryGetValue(text, out var whole))
        {
            output.Add(whole);
            return;
        }
        for (var start = 0; start < text.Length;)
        {
            var length = LengthOfPart(text[start..]);
            EncodePart(text.Slice(start, length), word, output);
            start += length;
        }
    }

    // Without a pre-tokenizer a whole text is one word, too long to cache and slow to merge. Where no merge joins what
    // meets between two known characters, a cut changes nothing, and the parts are short and come again.
    private int LengthOfPart(ReadOnlySpan<char> text)
    {
        if (text.Length <= LongestCachedWord || !IsBare(isFirst: false, isLast: true))
            return text.Length;
        for (var i = 1; i < text.Length; i++)
        {
            if (!merges.CanJoin(text[i - 1], text[i]) && characters.ContainsKey(text[i - 1]) && characters.ContainsKey(text[i]))
                return i;
        }
        return text.Length;
    }

    private void EncodePart(ReadOnlySpan<char> text, BpeWord word, List<int> output)
    {
        var lookup = cache.GetAlternateLookup<ReadOnlySpan<char>>();
        if (lookup.TryGetValue(text, out var known))
        {
            output.AddRange(known);
            return;
        }
        var first = output.Count;
        word.Clear();
        AddCharacters(text, word);
        word.MergeAll(merges);
        word.AppendTo(output);
        if (text.Length <= LongestCachedWord && Volatile.Read(ref cachedWords) < MostCachedWords
            && lookup.TryAdd(text, [.. output[first..]]))
            Interlocked.Increment(ref cachedWords);
    }

    private void AddCharacters(ReadOnlySpan<char> text, BpeWord word)
    {
        var unknown = -1;
        var position = 0;
        foreach (var rune in text.EnumerateRunes())
        {
            var isFirst = position == 0;
            position += rune.Utf16SequenceLength;
            if (TryGetCharacter(rune, isFirst, position == text.Length, out var id))
            {
                if (unknown >= 0)
                    word.Add(unknown);
                unknown = -1;
                word.Add(id);
            }
            else if (!TryAddBytes(rune, isFirst, position == text.Length, word) && options.UnknownToken is { } token)
            {
                if (unknown >= 0 && !options.FuseUnknown)
                    word.Add(unknown);
                unknown = vocabulary.TryGetValue(token, out var unknownId)
                    ? unknownId
                    : throw new DiagnosticException(TokenizerDiagnostics.UnknownTokenMissing(token));
            }
        }
        if (unknown >= 0)
            word.Add(unknown);
    }

    private bool TryGetCharacter(Rune rune, bool isFirst, bool isLast, out int id) => IsBare(isFirst, isLast)
        ? characters.TryGetValue(rune.Value, out id)
        : vocabulary.TryGetValue(Dress(rune, isFirst, isLast), out id);

    private bool TryAddBytes(Rune rune, bool isFirst, bool isLast, BpeWord word)
    {
        if (byteTokens is null)
            return false;
        var bytes = Encoding.UTF8.GetBytes(Dress(rune, isFirst, isLast));
        if (Array.Exists(bytes, b => byteTokens[b] < 0))
            return false;
        foreach (var b in bytes)
            word.Add(byteTokens[b]);
        return true;
    }

    private bool IsBare(bool isFirst, bool isLast) =>
        (isFirst || options.ContinuingSubwordPrefix.Length == 0) && (!isLast || options.EndOfWordSuffix.Length == 0);

    private string Dress(Rune rune, bool isFirst, bool isLast) =>
        (isFirst ? "" : options.ContinuingSubwordPrefix) + rune + (isLast ? options.EndOfWordSuffix : "");
}
