using TaskArithmetic.Diagnostics;
using TaskArithmetic.Recipes;

namespace TaskArithmetic.Tool.Commands;

/// <summary>A recipe that a call asks for, and how its findings point at the text it came from.</summary>
/// <param name="Recipe">The recipe.</param>
/// <param name="Name">What later recipes of the call know its result by; null for the result that is asked for.</param>
/// <param name="Placed">Gives a finding the line that it is about.</param>
internal sealed record RecipeSource(Recipe Recipe, string? Name, Func<Diagnostic, Diagnostic> Placed)
{
    /// <summary>The recipe with folders in place of names of earlier results.</summary>
    public Func<IReadOnlyDictionary<string, string>, Recipe> With { get; init; } = _ => Recipe;

    /// <summary>What the recipe's models are called in records, by where they lie.</summary>
    public IReadOnlyDictionary<string, string> Names { get; init; } = new Dictionary<string, string>();

    /// <summary>What is remarkable about the text itself.</summary>
    public IReadOnlyList<Diagnostic> Warnings { get; init; } = [];

    /// <summary>Runs work on the recipe, its findings placed.</summary>
    public T Run<T>(Func<T> work)
    {
        try
        {
            return work();
        }
        catch (DiagnosticException e)
        {
            throw new DiagnosticException([.. e.Diagnostics.Select(Placed)], e);
        }
    }
}
