using System.Text.Json;
using Microsoft.VisualStudio.TestTools.UnitTesting;
using TaskArithmetic.Comparing;
using TaskArithmetic.Measuring;
using TaskArithmetic.Tests.Methods;
using TaskArithmetic.TestSupport;

namespace TaskArithmetic.Tests.Comparing;

/// <summary>golden/rl-methods/measures: every number of the report, per tensor and for the whole model.</summary>
[TestClass]
[RequiresShared("golden/rl-methods/measures")]
public sealed class MeasuresGoldenTests
{
    // The golden numbers are float64 from the stored weights; differences here are rounded to float32 once, singular values too.
    private const double Rounding = 3e-7;
    private const double SpectralRounding = 1e-5;

    [TestMethod]
    [DataRow("bfloat16_grpo_extra")]
    [DataRow("float32_grpo_extra")]
    public void Every_number_of_the_golden_report_is_found(string name)
    {
        using var json = JsonDocument.Parse(File.ReadAllText(SharedData.PathOf("golden", "rl-methods", "measures", name + ".json")));
        var golden = json.RootElement;
        var report = Measure(golden);
        var problems = new List<string>();

        var groups = report.At(GroupLevel.Tensor).ToDictionary(g => g.Name);
        var checkedNumbers = Check("whole", golden.GetProperty("whole_model"), report.Whole, report, problems);
        foreach (var tensor in golden.GetProperty("tensors").EnumerateObject())
            checkedNumbers += Check(tensor.Name, tensor.Value, groups[tensor.Name], report, problems);

        Assert.HasCount(groups.Count, golden.GetProperty("tensors").EnumerateObject().ToList());
        Assert.IsEmpty(problems, string.Join(Environment.NewLine, problems));
        Assert.IsGreaterThan(1300, checkedNumbers);
    }

    private static InterferenceReport Measure(JsonElement golden)
    {
        string Folder(string key) => Path.GetDirectoryName(SharedData.PathOf(golden.GetProperty(key).GetString()!.Split('/')))!;
        using var comparison = VectorComparison.Open(ComparedSide.Parse(Folder("a")), ComparedSide.Parse(Folder("b")), Folder("base"), Folder("target"));
        return comparison.Measure(
            new()
            {
                LinearAlgebra = new JacobiLinearAlgebra(),
                Spectrum = new() { Rank = golden.GetProperty("rank").GetInt32(), MaskShare = golden.GetProperty("alpha").GetDouble() },
            },
            CancellationToken.None);
    }

    /// <summary>Compares every field; a field that nobody knows is a problem too.</summary>
    private static int Check(string where, JsonElement golden, InterferenceGroup group, InterferenceReport report, List<string> problems)
    {
        var count = 0;
        foreach (var field in golden.EnumerateObject().Where(f => f.Name != "shape"))
        {
            foreach (var (path, value) in Leaves(field.Name, field.Value))
            {
                count++;
                var (found, isSpectral) = Number(path, group, report);
                if (!Alike(value, found, isSpectral ? SpectralRounding : Rounding))
                    problems.Add($"{where} {path}: {value?.ToString("R")} expected, {found?.ToString("R")} found");
            }
        }
        return count;
    }

    private static IEnumerable<(string Path, double? Value)> Leaves(string path, JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.Object => value.EnumerateObject().SelectMany(p => Leaves($"{path}/{p.Name}", p.Value)),
        JsonValueKind.Array => value.EnumerateArray().SelectMany((v, i) => Leaves($"{path}/{i}", v)),
        JsonValueKind.Null => [(path, null)],
        _ => [(path, value.GetDouble())],
    };

    private static bool Alike(double? expected, double? found, double tolerance) =>
        expected is null ? found is null : found is not null && Math.Abs(expected.Value - found.Value) <= tolerance * Math.Max(Math.Abs(expected.Value), 1e-3);

    private static (double? Value, bool IsSpectral) Number(string path, InterferenceGroup group, InterferenceReport report)
    {
        var parts = path.Split('/');
        return parts[0] switch
        {
            "spectral" => (Spectral(parts, group.Vectors[0]), true),
            "principal" => (Principal(parts[1], group.Vectors[0]), false),
            "energy_retained_a" => (Energy(parts[1], group.Vectors[0]), true),
            "layer_energy_share_a" => (report.At(GroupLevel.Layer).Single(g => g.Name == parts[1]).Vectors[0].EnergyShare, false),
            _ => (Plain(path, group, group.Vectors[0], group.Vectors[1], group.Pairs[0]), false),
        };
    }

    private static double? Plain(string name, InterferenceGroup group, VectorFacts a, VectorFacts b, PairFacts pair) => name switch
    {
        "values" => group.Values,
        "changed_bf16_a" => a.ChangedBf16,
        "changed_bf16_b" => b.ChangedBf16,
        "exactly_zero_a" => group.Values - a.NonZero,
        "exactly_zero_b" => group.Values - b.NonZero,
        "within_tolerance_a" => group.Values - a.Active,
        "active_a" => a.Active,
        "active_b" => b.Active,
        "shared" => pair.Shared,
        "both_nonzero" => pair.BothNonZero,
        "conflict" => pair.Conflicts,
        "changed_bf16_both" => pair.ChangedBothBf16,
        "changed_bf16_either" => pair.ChangedEitherBf16,
        "nonzero_a" => a.NonZero,
        "survives_bf16" => a.SurvivingBf16,
        "sparsity_bf16_a" => a.SparsityBf16,
        "sparsity_bf16_b" => b.SparsityBf16,
        "zero_share_a" => a.ZeroShare,
        "within_tolerance_share_a" => a.WithinToleranceShare,
        "unique_a" => pair.UniqueFirst,
        "unique_b" => pair.UniqueSecond,
        "shared_share_a" => pair.SharedShareFirst,
        "shared_share_b" => pair.SharedShareSecond,
        "conflict_share_both" => pair.ConflictShareBoth,
        "conflict_share_all" => pair.ConflictShareAll,
        "jaccard" => pair.Jaccard,
        "jaccard_independent" => pair.JaccardIndependent,
        "norm_a" => a.Norm,
        "norm_b" => b.Norm,
        "norm_ratio_b_over_a" => pair.NormRatio,
        "mean_abs_a" => a.MeanMagnitude,
        "mean_abs_ratio_b_over_a" => pair.MeanMagnitudeRatio,
        "cosine" => pair.Cosine,
        "orthogonal_energy_share" => pair.OrthogonalEnergy,
        "survival_share" => a.SurvivalBf16,
        "max_abs_a" => a.LargestMagnitude,
        "max_abs_b" => b.LargestMagnitude,
        _ => double.NaN,
    };

    private static double? Spectral(string[] parts, VectorFacts a) => parts[1] switch
    {
        "rank" => a.LeftSubspaceCosines!.Count,
        "nss_a" => a.SpectrumDrift,
        "cos_left" => a.LeftSubspaceCosines![int.Parse(parts[2])],
        "cos_right" => a.RightSubspaceCosines![int.Parse(parts[2])],
        "energy_retained_a" => Energy(parts[2], a),
        "stable_rank_a" => a.StableRank,
        _ => double.NaN,
    };

    private static double? Energy(string rank, VectorFacts a) => a.EnergyRetained![SpectrumOptions.EnergyRanks.ToList().IndexOf(int.Parse(rank))];

    private static double? Principal(string name, VectorFacts a) => name switch
    {
        "rank" => 8,
        "alpha" => 0.3,
        "mask" => a.PrincipalEntries,
        "changed" => a.MatrixChangedBf16,
        "overlap_principal" => a.PrincipalOverlap,
        "overlap_low" => a.LowOverlap,
        "overlap_principal_not_low" => a.PrincipalNotLowOverlap,
        "random_principal" => a.PrincipalBaseline,
        "random_low" => a.LowBaseline,
        "random_principal_not_low" => a.PrincipalNotLowBaseline,
        "off_principal_share" => a.OffPrincipalShare,
        _ => double.NaN,
    };
}
