using System.Globalization;

namespace TaskArithmetic.Benchmarks.WholeMerge;

/// <summary>Merges by the tool, over the same three models.</summary>
/// <param name="tool">TaskArithmetic.Tool.dll.</param>
/// <param name="inputs">Folder of the models.</param>
/// <param name="place">Folder of outputs and caches.</param>
internal sealed class ToolRun(string tool, string inputs, string place)
{
    private int merges;

    /// <summary>The cache in which digests are remembered.</summary>
    public string WarmCache => Path.Combine(place, "cache");

    /// <summary>The cache of first merges.</summary>
    public string ColdCache => Path.Combine(place, "cold");

    private string Output => Path.Combine(place, "merged");

    /// <summary>A donor pair added to the target.</summary>
    public Measured Pair(string alpha, params IEnumerable<string> options) => Run(
        ["merge", "--base", Model("target"), "--vector", $"{Model("grpo")},minus={Model("sft")},alpha={alpha}", .. options]);

    /// <summary>The same with an α that the cache does not hold, as in a search for the best one.</summary>
    public Measured NewAlpha() => Pair((0.5 + (++merges / 1024.0)).ToString(CultureInfo.InvariantCulture), "--cache-dir", WarmCache);

    /// <summary>Both donors merged into the target by a method, as mergekit describes merges.</summary>
    public Measured Method(string method)
    {
        var recipe = Path.Combine(place, $"{method}.yml");
        File.WriteAllText(recipe, Recipe(method));
        return Run(["merge", "--mergekit", recipe, "--precision", "exact", "--no-cache", "--cache-dir", WarmCache]);
    }

    /// <summary>Removes what former runs left, but for the digests in the warm cache.</summary>
    public void Clean()
    {
        foreach (var folder in new[] { Output, ColdCache, Path.Combine(WarmCache, "entries"), Path.Combine(WarmCache, "forms") }.Where(Directory.Exists))
            Directory.Delete(folder, recursive: true);
        File.Delete(Path.Combine(place, "torch.safetensors"));
    }

    private Measured Run(IEnumerable<string> arguments) => ChildProcess.Run("dotnet", [tool, .. arguments, "--output", Output]);

    private string Model(string name) => Path.Combine(inputs, name);

    private string Recipe(string method)
    {
        var parameters = method switch
        {
            "ties" or "dare_linear" or "dare_ties" or "breadcrumbs" or "breadcrumbs_ties" => Weighted("density: 0.5"),
            "della" or "della_linear" => Weighted("density: 0.5", "epsilon: 0.1"),
            "slerp" => "",
            _ => Weighted(),
        };
        var merge = method switch
        {
            "slerp" => "parameters:\n  t: 0.4\n",
            "sce" => "parameters:\n  select_topk: 0.5\n",
            _ => "",
        };
        // slerp goes from the base to one model, an average has no base; the others add both donors to it.
        string[] models = method switch { "slerp" => ["target", "grpo"], "linear" => ["target", "grpo", "sft"], _ => ["grpo", "sft"] };
        var target = method == "linear" ? "" : $"base_model: {Model("target")}\n";
        return $"merge_method: {method}\n{target}dtype: bfloat16\nmodels:\n"
            + string.Concat(models.Select(d => $"  - model: {Model(d)}\n{parameters}"))
            + merge;
    }

    private static string Weighted(params string[] others) =>
        $"    parameters:\n{string.Concat(others.Prepend("weight: 0.5").Select(p => $"      {p}\n"))}";
}
