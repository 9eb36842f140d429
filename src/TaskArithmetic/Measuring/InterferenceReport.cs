using System.Globalization;
using System.Text.Json.Serialization;
using TaskArithmetic.Checkpoints;

namespace TaskArithmetic.Measuring;

/// <summary>What a task vector is called.</summary>
/// <param name="Name">Its name in tables and remarks, such as <c>a</c>.</param>
/// <param name="Formula">What it is made of, such as <c>models/grpo − models/sft</c>.</param>
internal sealed record VectorLabel(string Name, string Formula);

/// <summary>The sums of one tensor.</summary>
/// <param name="Name">The tensor.</param>
/// <param name="Sums">Each vector and each pair.</param>
/// <param name="Spectra">What its singular values say of each vector; null for tensors that are no matrices, or where nobody asked.</param>
internal sealed record MeasuredTensor(string Name, InterferenceSums Sums, IReadOnlyList<SpectralSums?>? Spectra);

/// <summary>What of a model a group of tensors is.</summary>
internal enum GroupLevel
{
    /// <summary>All tensors.</summary>
    Whole,

    /// <summary>The tensors of a layer; a tensor outside the layers is a group of its own.</summary>
    Layer,

    /// <summary>The tensors of a module kind.</summary>
    Kind,

    /// <summary>One tensor.</summary>
    Tensor,
}

/// <summary>What is said of some tensors.</summary>
/// <param name="Level">What of the model they are.</param>
/// <param name="Name">Layer number, module kind or tensor; <c>all</c> for the whole model.</param>
/// <param name="Tensors">Number of tensors.</param>
/// <param name="Values">Number of elements.</param>
/// <param name="Vectors">Each vector.</param>
/// <param name="Pairs">Each pair of vectors, in the order of <see cref="InterferenceSums.PairsOf"/>.</param>
internal sealed record InterferenceGroup(
    GroupLevel Level, string Name, int Tensors, long Values, IReadOnlyList<VectorFacts> Vectors, IReadOnlyList<PairFacts> Pairs);

/// <summary>
/// How task vectors lie to their bases, to the target and to each other: for the whole model, by layer, by module kind and by tensor.
/// Sums are added over the tensors of a group before any ratio is formed.
/// </summary>
internal sealed class InterferenceReport
{
    private readonly IReadOnlyList<MeasuredTensor> tensors;
    private readonly ILookup<TensorPlace, MeasuredTensor> byPlace;
    private readonly double[] wholeSquared;

    /// <param name="vectors">What the vectors are called.</param>
    /// <param name="tensors">The sums of each tensor, in ordinal order of their names.</param>
    /// <param name="leftOut">Tensors that could not be measured, each with the reason.</param>
    public InterferenceReport(IReadOnlyList<VectorLabel> vectors, IReadOnlyList<MeasuredTensor> tensors, IReadOnlyList<string> leftOut)
    {
        (Vectors, this.tensors, LeftOut) = (vectors, tensors, leftOut);
        byPlace = tensors.ToLookup(t => TensorPlace.Of(t.Name));
        wholeSquared = [.. vectors.Select((_, i) => tensors.Sum(t => t.Sums.Vectors[i].Squared))];
        Whole = Group(GroupLevel.Whole, "all", tensors);
        Groups =
        [
            Whole,
            .. tensors.GroupBy(t => TensorPlace.Of(t.Name).Layer?.ToString(CultureInfo.InvariantCulture) ?? t.Name)
                .OrderBy(g => TensorPlace.Of(g.First().Name).Layer ?? int.MaxValue).Select(g => Group(GroupLevel.Layer, g.Key, g)),
            .. tensors.GroupBy(t => TensorPlace.Of(t.Name).Kind).OrderBy(g => g.Key).Select(g => Group(GroupLevel.Kind, TensorPlace.Label(g.Key), g)),
            .. tensors.Select(t => Group(GroupLevel.Tensor, t.Name, [t])),
        ];
        Remarks = [.. InterferenceRemarks.Of(this)];
    }

    /// <summary>What the vectors are called.</summary>
    public IReadOnlyList<VectorLabel> Vectors { get; }

    /// <summary>What the numbers of the whole model suggest, in sentences.</summary>
    public IReadOnlyList<string> Remarks { get; }

    /// <summary>Tensors that could not be measured, each with the reason.</summary>
    public IReadOnlyList<string> LeftOut { get; }

    /// <summary>The whole model, its layers, its module kinds and its tensors.</summary>
    public IReadOnlyList<InterferenceGroup> Groups { get; }

    /// <summary>The whole model.</summary>
    [JsonIgnore]
    public InterferenceGroup Whole { get; }

    /// <summary>Number of tensors.</summary>
    [JsonIgnore]
    public int Tensors => tensors.Count;

    /// <summary>Tensors in which a pair of vectors is equal, value for value.</summary>
    public int EqualTensors(int pair) => tensors.Count(t => t.Sums.Pairs[pair] is var sums && sums.Equal == sums.Values);

    /// <summary>The groups of one level.</summary>
    public IEnumerable<InterferenceGroup> At(GroupLevel level) => Groups.Where(g => g.Level == level);

    /// <summary>The tensors at one place of the decoder, as one group; null where there are none.</summary>
    /// <param name="layer">Layer; null for what stands outside the layers.</param>
    /// <param name="kind">Module kind; null for all of them.</param>
    public InterferenceGroup? Cell(int? layer, TensorKind? kind)
    {
        var found = byPlace.Where(p => p.Key.Layer == layer && (kind is null || p.Key.Kind == kind)).SelectMany(p => p).ToList();
        return found.Count == 0 ? null : Group(GroupLevel.Tensor, "", found);
    }

    /// <summary>Where the tensors stand.</summary>
    public IEnumerable<TensorPlace> Places() => byPlace.Select(p => p.Key);

    private InterferenceGroup Group(GroupLevel level, string name, IEnumerable<MeasuredTensor> members)
    {
        var list = members.ToList();
        var sums = new InterferenceSums(Vectors.Count);
        foreach (var member in list)
            sums.Add(member.Sums);
        return new(
            level, name, list.Count, sums.Vectors.Length == 0 ? 0 : sums.Vectors[0].Values,
            [.. sums.Vectors.Select((vector, i) => VectorFacts.Of(vector, wholeSquared[i], Retention(sums, i), Spectrum(list, i)))],
            [.. InterferenceSums.PairsOf(Vectors.Count).Select((pair, i) => PairFacts.Of(pair, sums.Pairs[i], sums.Vectors[pair.First], sums.Vectors[pair.Second]))]);
    }

    private static SpectralSums? Spectrum(IEnumerable<MeasuredTensor> members, int vector) =>
        members.Select(m => m.Spectra?[vector]).OfType<SpectralSums>().Aggregate((SpectralSums?)null, (sum, next) => sum is null ? next : sum + next);

    /// <summary>cos(u, u + w), u the vector and w the sum of the others, from their products: no further pass is needed.</summary>
    private static double? Retention(InterferenceSums sums, int vector)
    {
        if (sums.Vectors.Length < 2)
            return null;
        var own = sums.Vectors[vector].StrongSquared;
        var along = own;
        var whole = sums.Vectors.Sum(v => v.StrongSquared);
        foreach (var (i, pair) in InterferenceSums.PairsOf(sums.Vectors.Length).Index())
        {
            whole += 2 * sums.Pairs[i].StrongDot;
            if (pair.First == vector || pair.Second == vector)
                along += sums.Pairs[i].StrongDot;
        }
        // Vectors that cancel each other leave a rest of rounding errors.
        return whole <= 0 ? null : Ratio.Of(along, Math.Sqrt(own) * Math.Sqrt(whole));
    }
}
