using System.Globalization;
using TaskArithmetic.Methods;
using TaskArithmetic.Recipes;
using TaskArithmetic.Safetensors;

namespace TaskArithmetic.Tool.Terminal;

/// <summary>A recipe as people write it, said before the work begins.</summary>
internal static class RecipeText
{
    /// <summary>The formula, then how it is computed and where it goes.</summary>
    public static IEnumerable<string> Of(Recipe recipe, string output, int threads)
    {
        yield return Formula(recipe);
        var precision = recipe.Precision == Precision.Exact
            ? "exact (rounded once)"
            : $"as mergekit (each step to {Name(recipe.WorkingDType)})";
        yield return string.Create(CultureInfo.InvariantCulture, $"{recipe.Method}, {precision}, {Name(recipe.OutputDType)}, {threads} CPU threads");
        yield return $"into {output}";
    }

    /// <summary>Such as <c>target + 0.7·(grpo − sft)</c>; methods other than sums of task vectors are named: <c>target + ties(…)</c>.</summary>
    public static string Formula(Recipe recipe)
    {
        var isSum = recipe.Method is "task_arithmetic" or "linear";
        var inputs = string.Join(isSum ? " + " : ", ", recipe.Inputs.Select(Input));
        if (isSum && (recipe.Parameters.GetValueOrDefault("normalize")?.At("", 0)?.AsFlag() ?? recipe.Method == "linear"))
            inputs = $"({inputs}) / Σα";
        if (!isSum)
            return $"{recipe.Method}({(recipe.Base is null ? "" : recipe.Base + "; ")}{inputs})";
        if (recipe.Method == "linear")
            return inputs;
        return recipe.Parameters.GetValueOrDefault("lambda") is { } lambda ? $"{recipe.Base} + {lambda}·({inputs})" : $"{recipe.Base} + {inputs}";
    }

    private static string Input(RecipeInput input)
    {
        var vector = input.Minus is null ? input.Path : $"({input.Path} − {input.Minus})";
        var include = input.Selection.Include.Count == 0 ? "" : $" on {string.Join(";", input.Selection.Include)}";
        var exclude = input.Selection.Exclude.Count == 0 ? "" : $" except {string.Join(";", input.Selection.Exclude)}";
        var others = input.Parameters.Where(p => p.Key != "weight").Select(p => $" {p.Key} {p.Value}");
        return $"{(input.Parameters.GetValueOrDefault("weight") ?? ParameterValue.Of(1))}·{vector}{string.Concat(others)}{include}{exclude}";
    }

    private static string Name(DType? dtype) => dtype is { } named ? $"dtype {named.TorchName()}" : "dtype of the base";
}
