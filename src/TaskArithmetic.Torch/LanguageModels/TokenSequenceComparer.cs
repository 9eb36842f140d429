namespace TaskArithmetic.Torch.LanguageModels;

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
