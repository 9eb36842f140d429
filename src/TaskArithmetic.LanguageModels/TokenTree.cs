namespace TaskArithmetic.LanguageModels;

/// <summary>A context and the tokens that different continuations put behind it.</summary>
/// <param name="Context">The shared tokens, at least one.</param>
/// <param name="Branches">Tokens of each continuation that the model must read; may be empty.</param>
internal sealed record TokenTree(IReadOnlyList<int> Context, IReadOnlyList<IReadOnlyList<int>> Branches)
{
    /// <summary>Tokens in all.</summary>
    public int Width { get; } = Context.Count + Branches.Sum(branch => branch.Count);
}

/// <summary>Equality of token sequences by content.</summary>
internal sealed class TokenSequenceComparer : IEqualityComparer<IReadOnlyList<int>>
{
    public bool Equals(IReadOnlyList<int>? x, IReadOnlyList<int>? y) =>
        ReferenceEquals(x, y) || (x is not null && y is not null && x.SequenceEqual(y));

    public int GetHashCode(IReadOnlyList<int> obj)
    {
        var hash = new HashCode();
        foreach (var id in obj)
            hash.Add(id);
        return hash.ToHashCode();
    }
}
