using System.IO.Enumeration;
using Microsoft.Extensions.FileSystemGlobbing;

namespace TaskArithmetic.Recipes;

/// <summary>
/// Which tensors a term changes. A pattern with <c>/</c> is a path glob over the name's parts (<c>**/mlp/**</c>); any
/// other is a wildcard over the whole name, in which <c>*</c> also crosses dots (<c>model.layers.*.self_attn.*</c>).
/// Several patterns are separated by <c>;</c>.
/// </summary>
/// <param name="Include">Patterns of the tensors to change; empty means all.</param>
/// <param name="Exclude">Patterns of the tensors to leave as they are; they win over <paramref name="Include"/>.</param>
public sealed record TensorSelection(IReadOnlyList<string> Include, IReadOnlyList<string> Exclude)
{
    /// <summary>All tensors.</summary>
    public static TensorSelection All { get; } = new([], []);

    /// <summary>Reads two lists of patterns, separated by <c>;</c>; either may be empty.</summary>
    public static TensorSelection Parse(string? include, string? exclude) => new(Split(include), Split(exclude));

    /// <summary>Whether a tensor of this name is changed.</summary>
    public bool Selects(string tensorName) =>
        (Include.Count == 0 || Include.Any(p => Matches(p, tensorName))) && !Exclude.Any(p => Matches(p, tensorName));

    /// <inheritdoc/>
    public bool Equals(TensorSelection? other) =>
        other is not null && Include.SequenceEqual(other.Include) && Exclude.SequenceEqual(other.Exclude);

    /// <inheritdoc/>
    public override int GetHashCode() => Include.Concat(Exclude).Aggregate(0, HashCode.Combine);

    private static bool Matches(string pattern, string tensorName) => pattern.Contains('/')
        ? new Matcher(StringComparison.Ordinal).AddInclude(pattern).Match(tensorName.Replace('.', '/')).HasMatches
        : FileSystemName.MatchesSimpleExpression(pattern, tensorName, ignoreCase: false);

    private static string[] Split(string? patterns) =>
        (patterns ?? "").Split(';', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
}
