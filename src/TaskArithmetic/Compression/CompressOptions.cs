using TaskArithmetic.Diagnostics;

namespace TaskArithmetic.Compression;

/// <summary>The forms of compact vectors.</summary>
internal enum CompactForm
{
    /// <summary>Values and places of what is not zero; lossless unless a size asks for less.</summary>
    Sparse,

    /// <summary>Factors of each matrix.</summary>
    LowRank,

    /// <summary>Signs, and one magnitude for each row or tensor.</summary>
    BitDelta,

    /// <summary>Compressed blocks; lossless.</summary>
    Zstd,
}

/// <summary>How a vector is compressed.</summary>
internal sealed record CompressOptions
{
    /// <summary>The form.</summary>
    public required CompactForm Form { get; init; }

    /// <summary>Most bytes of the file; null for as many as it takes.</summary>
    public long? MaxSize { get; init; }

    /// <summary>lowrank: singular values that each matrix keeps; null where energy or size decide.</summary>
    public int? Rank { get; init; }

    /// <summary>lowrank: share of Σσ² that each matrix keeps; null where rank or size decide.</summary>
    public double? Energy { get; init; }

    /// <summary>bitdelta: one magnitude for each tensor instead of one for each row.</summary>
    public bool OneScale { get; init; }

    /// <summary>A model folder in whose dtype it is measured what survives; null for none.</summary>
    public string? Target { get; init; }

    /// <summary>Hears weights done.</summary>
    public IProgress<long>? Progress { get; init; }

    /// <summary>Hears, once, how many weights <see cref="Progress"/> will add up to.</summary>
    public Action<long>? Starting { get; init; }
}

/// <summary>A vector that was compressed.</summary>
/// <param name="Findings">Warnings; errors are thrown.</param>
/// <param name="File">The file written.</param>
/// <param name="Form">Its form, as the file names it.</param>
/// <param name="InputBytes">Bytes of the vector's files.</param>
/// <param name="OutputBytes">Bytes of the file.</param>
/// <param name="Quality">What the compact vector is to the vector.</param>
/// <param name="Tensors">The same, tensor by tensor.</param>
internal sealed record CompressReport(
    IReadOnlyList<Diagnostic> Findings, string File, string Form, long InputBytes, long OutputBytes, CompressQuality Quality, IReadOnlyDictionary<string, CompressQuality> Tensors);

/// <summary>How near decoded values are to the original ones, in sums that add up over tensors.</summary>
internal readonly record struct CompressQuality
{
    /// <summary>Number of weights.</summary>
    public long Elements { get; init; }

    /// <summary>Weights that are not 0 in the vector.</summary>
    public long NonZero { get; init; }

    /// <summary>Weights that are not 0 in the compact vector.</summary>
    public long Kept { get; init; }

    /// <summary>Whether every weight is the same.</summary>
    public bool IsLossless => SquaredError == 0;

    /// <summary>‖compact − vector‖ / ‖vector‖; 0 where both are zero.</summary>
    public double RelativeError => SquaredNorm == 0 ? SquaredError == 0 ? 0 : double.PositiveInfinity : Math.Sqrt(SquaredError / SquaredNorm);

    /// <summary>Cosine of the two; NaN where one is zero.</summary>
    public double Cosine => Dot / Math.Sqrt(SquaredNorm * SquaredCompactNorm);

    /// <summary>With a target: share of the vector's changes that are still there after rounding, at α 1; null without.</summary>
    public double? Survival => Measured && NonZero > 0 ? (double)Survived / NonZero : null;

    /// <summary>With a target: the same of the compact vector's changes; null without.</summary>
    public double? CompactSurvival => Measured && Kept > 0 ? (double)CompactSurvived / Kept : null;

    /// <summary>With a target: share of all weights that come out the same with either vector; null without.</summary>
    public double? SameOutput => Measured && Elements > 0 ? (double)Same / Elements : null;

    internal double SquaredNorm { get; init; }

    internal double SquaredCompactNorm { get; init; }

    internal double SquaredError { get; init; }

    internal double Dot { get; init; }

    internal bool Measured { get; init; }

    internal long Survived { get; init; }

    internal long CompactSurvived { get; init; }

    internal long Same { get; init; }

    /// <summary>Both together.</summary>
    public static CompressQuality operator +(CompressQuality a, CompressQuality b) => new()
    {
        Elements = a.Elements + b.Elements,
        NonZero = a.NonZero + b.NonZero,
        Kept = a.Kept + b.Kept,
        SquaredNorm = a.SquaredNorm + b.SquaredNorm,
        SquaredCompactNorm = a.SquaredCompactNorm + b.SquaredCompactNorm,
        SquaredError = a.SquaredError + b.SquaredError,
        Dot = a.Dot + b.Dot,
        Measured = a.Measured || b.Measured,
        Survived = a.Survived + b.Survived,
        CompactSurvived = a.CompactSurvived + b.CompactSurvived,
        Same = a.Same + b.Same,
    };
}

/// <summary>The coded errors of compressing.</summary>
internal static class CompressDiagnostics
{
    /// <summary>What is wrong with options whatever the vector holds.</summary>
    public static IEnumerable<Diagnostic> Check(CompressOptions options)
    {
        if (options.Form == CompactForm.LowRank && new[] { options.Rank is not null, options.Energy is not null, options.MaxSize is not null }.Count(given => given) != 1)
            yield return Options("the form lowrank needs to know how much to keep. Give one of --rank, --energy and --max-size.");
        if (options.Form != CompactForm.LowRank && (options.Rank is not null || options.Energy is not null))
            yield return Options("--rank and --energy belong to the form lowrank. Leave them out, or change --form.");
        if (options.Form != CompactForm.BitDelta && options.OneScale)
            yield return Options("--one-scale belongs to the form bitdelta. Leave it out, or change --form.");
        if (options.Rank is < 1)
            yield return Options("the rank must be a whole number from 1. Change --rank.");
        if (options.Energy is { } energy && !(energy is > 0 and <= 1))
            yield return Options("the energy is the share of Σσ² to keep, above 0 and up to 1. Change --energy.");
    }

    public static Diagnostic TooLarge(string path, string form, string needed, string most) => Diagnostic.Error(
        "TA2124", $"{path}: takes at least {needed} in the form {form}, more than the {most} of --max-size. Allow more, or choose a form that can leave more out (sparse, lowrank).").At(file: path);

    public static Diagnostic IsCompact(string path, string form) => Diagnostic.Error(
        "TA2125", $"{path}: is already a compact vector of the form {form}. Compress the vector that it was made from.").At(file: path);

    public static Diagnostic IsModel(string path) => Diagnostic.Error(
        "TA2125", $"{path}: is a model and no vector. Extract a vector first, and compress that.").At(file: path);

    public static Diagnostic NonFinite(string path, string tensor, long index) => Diagnostic.Error(
        "TA2018", $"{path}: tensor '{tensor}' holds NaN or an infinity at element {index}, which this form cannot keep. Use an undamaged vector, or the form zstd.").At(file: path, tensor: tensor);

    private static Diagnostic Options(string message) => Diagnostic.Error("TA2123", message);
}
