using System.Collections.Frozen;
using TaskArithmetic.Measuring;
using TaskArithmetic.Methods;

namespace TaskArithmetic.Merging;

/// <summary>How a merge is run; nothing here changes a bit of the result.</summary>
public sealed record MergeOptions
{
    /// <summary>Worker threads.</summary>
    public int Threads { get; init; } = Environment.ProcessorCount;

    /// <summary>The cache folder; digests of inputs are remembered there even when results are not. Null where the user has no place for one.</summary>
    public required string? CacheDirectory { get; init; }

    /// <summary>Whether merged weights are taken from and put into the cache.</summary>
    public bool UseCache { get; init; } = true;

    /// <summary>Hears the bytes of output done, out of <see cref="MergeReport.OutputBytes"/> in all, piece by piece.</summary>
    public IProgress<long>? Progress { get; init; }

    /// <summary>Hears, once, how many bytes of output there will be, before the first is made.</summary>
    public Action<long>? Starting { get; init; }

    /// <summary>Hears what a log should say while the work goes on.</summary>
    public Action<string>? Log { get; init; }

    /// <summary>The methods that recipes may name.</summary>
    public MergeMethods Methods { get; init; } = MergeMethods.BuiltIn;

    /// <summary>Decompositions for the methods that need them; null where libtorch is not at hand.</summary>
    public ILinearAlgebra? LinearAlgebra { get; init; }

    /// <summary>What models of the recipe are called in records, where that is not where they lie: a reference to a hub for a folder of its cache.</summary>
    internal IReadOnlyDictionary<string, string> Names { get; init; } = FrozenDictionary<string, string>.Empty;

    /// <summary>What a check looks at in singular values of the vectors; null for nothing. It needs <see cref="LinearAlgebra"/>.</summary>
    internal SpectrumOptions? Spectrum { get; init; }
}
