using TaskArithmetic.Caching;
using TaskArithmetic.Recipes;

namespace TaskArithmetic.Provenance;

/// <summary>What a record must be to be worked with: JSON lets through nulls in lists, names that leave the folder, and empty lists.</summary>
internal static class ProvenanceCheck
{
    /// <summary>The first thing that is wrong, or null.</summary>
    public static string? Problem(ProvenanceFile record)
    {
        if (record is not { Tool.Name: not null, Tool.Version: not null, Key: not null, Recipe: not null, Inputs: not null, Outputs: not null, Merge: not null })
            return "parts of it are missing";
        return ProblemOf(record.Recipe) ?? ProblemOf(record.Outputs);
    }

    private static string? ProblemOf(Recipe recipe)
    {
        if (recipe.Method is not { Length: > 0 } || recipe.Inputs is null || recipe.Parameters is null || recipe.Parameters.Values.Any(v => v is null)
            || (recipe.Inputs.Count == 0 && recipe.Slices is not { Count: > 0 })
            || recipe.Inputs.Any(i => i is not { Path.Length: > 0, Parameters: not null, Selection: { Include: not null, Exclude: not null } } || i.Parameters.Values.Any(v => v is null)))
            return "its recipe is incomplete";
        return recipe.Inputs.Any(i => i.Selection.Include.Concat(i.Selection.Exclude).Any(p => p is null)) ? "its recipe has an empty pattern" : null;
    }

    private static string? ProblemOf(IReadOnlyList<FileRecord> outputs)
    {
        if (outputs.Any(o => o is not { Name: not null, Sha256: not null, Size: >= 0 }))
            return "an entry of its outputs is incomplete";
        if (outputs.FirstOrDefault(o => !IsPlain(o.Name)) is { } leaving)
            return $"its output {System.Text.Json.JsonSerializer.Serialize(leaving.Name)} is no name inside the folder";
        if (outputs.GroupBy(o => o.Name, StringComparer.Ordinal).FirstOrDefault(g => g.Count() > 1) is { } twice)
            return $"it lists '{twice.Key}' twice";
        if (outputs.Any(o => o.Name == ProvenanceFile.FileName))
            return "it lists itself";
        return outputs.Any(o => o.Name.EndsWith(".safetensors", StringComparison.Ordinal)) ? null : "it lists no weights";
    }

    /// <summary>Whether a name stays below its folder on every system.</summary>
    private static bool IsPlain(string name) =>
        !name.Any(c => c == '\\' || (c == ':' && OperatingSystem.IsWindows()) || char.IsControl(c)) && name.Split('/').All(part => part is not ("" or "." or ".."));
}
