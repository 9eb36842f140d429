using System.Globalization;
using TaskArithmetic.Methods;
using TaskArithmetic.Recipes;
using TaskArithmetic.Safetensors;

namespace TaskArithmetic.Tool.Terminal;

/// <summary>A recipe as people write it, said before the work begins.</summary>
internal static class RecipeText
{
    private const int MostSlices = 12;

    /// <summary>The formula, then how it is computed and where it goes.</summary>
    public static IEnumerable<string> Of(Recipe recipe, string output, int threads)
    {
        foreach (var line in Formulas(recipe))
            yield return line;
        var precision = recipe.Precision == Precision.Exact
            ? "exact (rounded once)"
            : $"as mergekit (each step to {Name(recipe.WorkingDType)})";
        yield return string.Create(CultureInfo.InvariantCulture, $"{recipe.Method}, {precision}, {Name(recipe.OutputDType)}, {threads} CPU threads");
        yield return $"into {output}";
    }

    /// <summary>One formula, or one for each slice of stacked layers, as far as a terminal shows them.</summary>
    private static IEnumerable<string> Formulas(Recipe recipe)
    {
        if (recipe.Slices is not { } slices)
        {
            yield return Formula(recipe);
            yield break;
        }
        var first = 0;
        foreach (var slice in slices.Take(MostSlices))
        {
            var count = slice.Inputs.Select(i => i.Layers?.Count).FirstOrDefault() ?? 0;
            var parameters = recipe.Parameters.Concat(slice.Parameters).GroupBy(p => p.Key).ToDictionary(g => g.Key, g => g.Last().Value, StringComparer.Ordinal);
            yield return string.Create(CultureInfo.InvariantCulture, $"layers {first} to {first + count - 1}: {Formula(recipe with { Slices = null, Base = slice.Base ?? recipe.Base, Inputs = slice.Inputs, Parameters = parameters })}");
            first += count;
        }
        if (slices.Count > MostSlices)
            yield return $"and {slices.Count - MostSlices} more slices";
    }

    /// <summary>Such as <c>target + 0.7·(grpo − sft)</c>; methods other than sums of task vectors are named: <c>target + ties(…)</c>.</summary>
    public static string Formula(Recipe recipe)
    {
        var isSum = recipe.Method is "task_arithmetic" or "linear";
        var inputs = string.Join(isSum ? " + " : ", ", recipe.Inputs.Select(i => Input(i, recipe)));
        if (isSum && (recipe.Parameters.GetValueOrDefault("normalize")?.At("", 0)?.AsFlag() ?? recipe.Method == "linear"))
            inputs = $"({inputs}) / Σα";
        if (!isSum)
            return $"{recipe.Method}({(recipe.Base is null ? "" : recipe.Base + "; ")}{inputs})";
        if (recipe.Method == "linear")
            return inputs;
        return recipe.Parameters.GetValueOrDefault("lambda") is { } lambda ? $"{recipe.Base} + {lambda}·({inputs})" : $"{recipe.Base} + {inputs}";
    }

    private static string Input(RecipeInput input, Recipe recipe)
    {
        var model = input.Adapter is null ? input.Path : $"{input.Path}+{input.Adapter}";
        if (input.Layers is { } layers)
            model += string.Create(CultureInfo.InvariantCulture, $"[{layers.First}, {layers.End}]");
        var vector = input.Minus is null ? model : $"({model} − {input.Minus})";
        var include = input.Selection.Include.Count == 0 ? "" : $" on {string.Join(";", input.Selection.Include)}";
        var exclude = input.Selection.Exclude.Count == 0 ? "" : $" except {string.Join(";", input.Selection.Exclude)}";
        var others = input.Parameters.Where(p => p.Key != "weight").Select(p => $" {p.Key} {p.Value}");
        return $"{(input.Parameters.GetValueOrDefault("weight") ?? recipe.Parameters.GetValueOrDefault("weight") ?? ParameterValue.Of(1))}·{vector}{string.Concat(others)}{include}{exclude}";
    }

    private static string Name(DType? dtype) => dtype is { } named ? $"dtype {named.TorchName()}" : "dtype of the base";
}
