using System.Buffers;

namespace TaskArithmetic.Text.Tokenizers.AddedTokens;

/// <summary>Finds the leftmost and, of those, the longest of many contents in a text.</summary>
internal sealed class TokenTrie
{
    private const int Root = 0;

    private readonly Dictionary<(int Node, char Next), int> edges = [];
    private readonly Dictionary<int, int> ends = [];
    private readonly SearchValues<char> firstCharacters;

    /// <param name="contents">What to look for; the place in this list is what a match returns. Empty contents never match.</param>
    public TokenTrie(IReadOnlyList<string> contents)
    {
        for (var i = 0; i < contents.Count; i++)
        {
            if (contents[i].Length > 0)
                ends.TryAdd(NodeOf(contents[i]), i);
        }
        firstCharacters = SearchValues.Create([.. contents.Where(c => c.Length > 0).Select(c => c[0])]);
    }

    /// <summary>The first match at or after <paramref name="start"/>, or null.</summary>
    public (int Start, int Length, int Content)? Find(ReadOnlySpan<char> text, int start)
    {
        while (start < text.Length)
        {
            var offset = text[start..].IndexOfAny(firstCharacters);
            if (offset < 0)
                return null;
            start += offset;
            if (LongestAt(text[start..]) is { } match)
                return (start, match.Length, match.Content);
            start++;
        }
        return null;
    }

    private (int Length, int Content)? LongestAt(ReadOnlySpan<char> text)
    {
        (int, int)? longest = null;
        var node = Root;
        for (var i = 0; i < text.Length && edges.TryGetValue((node, text[i]), out node); i++)
        {
            if (ends.TryGetValue(node, out var content))
                longest = (i + 1, content);
        }
        return longest;
    }

    private int NodeOf(string content)
    {
        var node = Root;
        foreach (var c in content)
        {
            if (!edges.TryGetValue((node, c), out var next))
                edges.Add((node, c), next = edges.Count + 1);
            node = next;
        }
        return node;
    }
}
