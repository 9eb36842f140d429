using TaskArithmetic.Diagnostics;
using TaskArithmetic.Safetensors;

namespace TaskArithmetic.Extraction;

/// <summary>How a difference of two models becomes an adapter.</summary>
internal sealed record LoraOptions
{
    /// <summary>Most singular values that a matrix keeps; null where <see cref="Energy"/> decides.</summary>
    public int? Rank { get; init; }

    /// <summary>Share of Σσ² that each matrix keeps at least, above 0 to 1, with as few singular values as that takes; null for none.</summary>
    public double? Energy { get; init; }

    /// <summary>Whether √σ goes to both factors; else σ goes to A, and B has orthonormal columns.</summary>
    public bool DistributeScale { get; init; } = true;

    /// <summary>Singular values up to this are dropped.</summary>
    public double SingularValueEpsilon { get; init; }

    /// <summary>Whether embedding and head get factors; else they are stored whole.</summary>
    public bool EmbedLora { get; init; }

    /// <summary>Modules that are left out: expressions that match anywhere in the name of a module.</summary>
    public IReadOnlyList<string> Excluded { get; init; } = [];

    /// <summary>Whether what has no factors (norms, embedding and head) is left out instead of stored whole.</summary>
    public bool SkipUndecomposable { get; init; }

    /// <summary>Dtype of the stored tensors.</summary>
    public DType DType { get; init; } = DType.F32;

    /// <summary>Hears weights done.</summary>
    public IProgress<long>? Progress { get; init; }

    /// <summary>Hears, once, how many weights <see cref="Progress"/> will add up to.</summary>
    public Action<long>? Starting { get; init; }
}

/// <summary>What became of one matrix.</summary>
/// <param name="Name">The module.</param>
/// <param name="Rank">Singular values kept; 0 where none was above the threshold, and the module is left out.</param>
/// <param name="FullRank">Singular values that there are.</param>
/// <param name="KeptEnergy">Share of Σσ² that they hold; 1 for a matrix of zeros.</param>
/// <param name="RelativeError">‖Δ − s·B·A‖ / ‖Δ‖ of what was stored; 0 for a matrix of zeros.</param>
internal sealed record LoraModule(string Name, int Rank, int FullRank, double KeptEnergy, double RelativeError);

/// <summary>An adapter that was extracted.</summary>
/// <param name="Findings">Warnings; errors are thrown.</param>
/// <param name="Files">The files written.</param>
/// <param name="Modules">The matrices with factors, in ordinal order of their names.</param>
/// <param name="Saved">Tensors that are stored whole.</param>
/// <param name="LeftOut">Tensors that differ and are not in the adapter.</param>
/// <param name="Bytes">Bytes of the weights file.</param>
/// <param name="KeptEnergy">Share of Σσ² over all matrices with factors.</param>
/// <param name="RelativeError">‖Δ − s·B·A‖ / ‖Δ‖ over all matrices with factors.</param>
internal sealed record LoraReport(
    IReadOnlyList<Diagnostic> Findings, IReadOnlyList<string> Files, IReadOnlyList<LoraModule> Modules, IReadOnlyList<string> Saved, IReadOnlyList<string> LeftOut,
    long Bytes, double KeptEnergy, double RelativeError);
