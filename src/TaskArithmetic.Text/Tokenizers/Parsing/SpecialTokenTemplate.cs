using System.Collections.Immutable;

namespace TaskArithmetic.Text.Tokenizers.Parsing;

/// <summary>The ids that encoding with special tokens puts around those of the text.</summary>
internal sealed record SpecialTokenTemplate(ImmutableArray<int> Before, ImmutableArray<int> After)
{
    public static SpecialTokenTemplate Empty { get; } = new([], []);

    /// <summary>This template around what <paramref name="inner"/> gives.</summary>
    public SpecialTokenTemplate Around(SpecialTokenTemplate inner) =>
        new(Before.AddRange(inner.Before), inner.After.AddRange(After));
}
