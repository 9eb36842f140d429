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
        var method = recipe.Method == MergeMethod.Linear ? "linear" : "task_arithmetic";
        var precision = recipe.Precision == Precision.Exact
            ? "exact (rounded once)"
            : $"as mergekit (each step to {Name(recipe.WorkingDType)})";
        yield return string.Create(CultureInfo.InvariantCulture, $"{method}, {precision}, {Name(recipe.OutputDType)}, {threads} CPU threads");
        yield return $"into {output}";
    }

    /// <summary>Such as <c>target + 0.7·(grpo − sft)</c>.</summary>
    public static string Formula(Recipe recipe)
    {
        var terms = string.Join(" + ", recipe.Terms.Select(Term));
        if (recipe.Normalizes)
            terms = $"({terms}) / Σα";
        if (recipe.Method == MergeMethod.Linear)
            return terms;
        return recipe.Lambda == 1
            ? $"{recipe.Base} + {terms}"
            : string.Create(CultureInfo.InvariantCulture, $"{recipe.Base} + {recipe.Lambda}·({terms})");
    }

    private static string Term(VectorTerm term)
    {
        var vector = term.Minus is null ? term.Path : $"({term.Path} − {term.Minus})";
        var include = term.Selection.Include.Count == 0 ? "" : $" on {string.Join(";", term.Selection.Include)}";
        var exclude = term.Selection.Exclude.Count == 0 ? "" : $" except {string.Join(";", term.Selection.Exclude)}";
        return $"{term.Alpha}·{vector}{include}{exclude}";
    }

    private static string Name(DType? dtype) => dtype is { } named ? $"dtype {named.TorchName()}" : "dtype of the base";
}
