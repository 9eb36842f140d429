using System.Text;
using TaskArithmetic.Text.Tokenizers.Patterns;

namespace TaskArithmetic.Text.Tokenizers.AddedTokens;

/// <summary>Cuts a text at one group of added tokens, by the flags of each.</summary>
/// <param name="tokens">The tokens with their ids.</param>
/// <param name="contents">What is looked for, for each token: its content, normalized or not.</param>
internal sealed class AddedTokenCutter(IReadOnlyList<(AddedToken Token, int Id)> tokens, IReadOnlyList<string> contents)
{
    private readonly TokenTrie trie = new(contents);

    /// <summary>Cuts the whole of <paramref name="text"/>, without empty pieces of text.</summary>
    public List<TextPiece> Cut(string text)
    {
        var pieces = new List<TextPiece>();
        var passed = 0;
        for (var found = trie.Find(text, 0); found is var (start, length, content); found = trie.Find(text, start + length))
        {
            var (token, id) = tokens[content];
            var end = start + length;
            if (token.SingleWord && (EndsWithWord(text.AsSpan(0, start)) || StartsWithWord(text.AsSpan(end))))
                continue;
            var from = token.LeftStrip ? passed + text.AsSpan(passed, Math.Max(start - passed, 0)).TrimEnd().Length : start;
            if (token.RightStrip)
                end = text.Length - text.AsSpan(end).TrimStart().Length;
            if (passed < from)
                pieces.Add(new(passed, from - passed, null));
            // A token whose neighbour already took all of it as white space is not there any more.
            if (from < end)
                pieces.Add(new(from, end - from, id));
            passed = end;
        }
        if (passed < text.Length)
            pieces.Add(new(passed, text.Length - passed, null));
        return pieces;
    }

    private static bool EndsWithWord(ReadOnlySpan<char> text) =>
        Rune.DecodeLastFromUtf16(text, out var rune, out _) == System.Buffers.OperationStatus.Done && CharacterKinds.IsWord(rune);

    private static bool StartsWithWord(ReadOnlySpan<char> text) =>
        Rune.DecodeFromUtf16(text, out var rune, out _) == System.Buffers.OperationStatus.Done && CharacterKinds.IsWord(rune);
}
