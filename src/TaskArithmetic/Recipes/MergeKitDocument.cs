using TaskArithmetic.Diagnostics;

namespace TaskArithmetic.Recipes;

/// <summary>One merge of a mergekit file.</summary>
/// <param name="File">The file.</param>
/// <param name="Name">Its name, which stands for its result in other documents; null for the merge that the file is about.</param>
/// <param name="Recipe">What is merged.</param>
/// <param name="Places">File, line and key of what the recipe says.</param>
internal sealed record MergeKitDocument(string File, string? Name, Recipe Recipe, IReadOnlyDictionary<RecipePlace, string> Places)
{
    /// <summary>Every model, vector and adapter that the recipe names.</summary>
    public IEnumerable<string> Models => Recipe.AllNames;

    /// <summary>Where a place of the recipe stands in the file.</summary>
    public string Where(RecipePlace place) => Where(Places, place);

    /// <summary>The nearest place that the file has: a parameter's, its input's, its slice's, the merge's.</summary>
    public static string Where(IReadOnlyDictionary<RecipePlace, string> places, RecipePlace place)
    {
        RecipePlace[] outwards = [place, place with { Parameter = null }, place with { Parameter = null, Input = null }, new(Parameter: place.Parameter), default];
        return outwards.Select(p => places.GetValueOrDefault(p)).FirstOrDefault(p => p is not null) ?? "";
    }

    /// <summary>The recipe with other folders for some of its models.</summary>
    /// <param name="folders">The folder that stands for a name, such as the result of a document.</param>
    public Recipe With(IReadOnlyDictionary<string, string> folders) => Recipe.With(folders);

    /// <summary>A finding about a model or parameter of the recipe, with the line that named it.</summary>
    public Diagnostic Placed(Diagnostic finding)
    {
        if (finding.Message.StartsWith(File + ":", StringComparison.Ordinal))
            return finding;
        // The parameter of the input that it is about, else the input, else the parameter.
        var place = Places.Keys
            .Select(p => (Place: p, Fits: (IsAbout(finding, p) ? 2 : 0) + (finding.Item is not null && p.Parameter == finding.Item ? 1 : 0)))
            .Where(p => p.Fits > 0)
            .OrderByDescending(p => p.Fits).ThenBy(p => p.Place.Parameter is not null)
            .Select(p => (RecipePlace?)p.Place)
            .FirstOrDefault() ?? PlaceOfModel(finding);
        return finding with { Message = $"{Where(place)}: {(finding.Message.StartsWith(RecipeCheck.TheMerge, StringComparison.Ordinal) ? finding.Message[RecipeCheck.TheMerge.Length..] : finding.Message)}" };
    }

    private RecipePlace PlaceOfModel(Diagnostic finding)
    {
        if (finding.File is not { } file)
            return default;
        for (var i = 0; i < Recipe.Slices?.Count; i++)
        {
            if (Recipe.Slices[i].Base is { } own && IsIn(file, own))
                return new RecipePlace(i);
        }
        return new RecipePlace(Parameter: Recipe.Base is { } model && IsIn(file, model) ? "base_model" : Recipe.Tokenizer is { } tokenizer && IsIn(file, tokenizer.Source)
            ? Places.ContainsKey(new RecipePlace(Parameter: "tokenizer")) ? "tokenizer" : "tokenizer_source"
            : null);
    }

    private bool IsAbout(Diagnostic finding, RecipePlace place)
    {
        if (finding.File is not { } file || place.Input is not { } input)
            return false;
        var inputs = place.Slice is { } slice ? Recipe.Slices![slice].Inputs : Recipe.Inputs;
        return input < inputs.Count && (IsIn(file, inputs[input].Path) || (inputs[input].Adapter is { } adapter && IsIn(file, adapter)));
    }

    private static bool IsIn(string file, string model) =>
        file == model || Path.GetFullPath(file + "/").StartsWith(Path.GetFullPath(model + "/"), StringComparison.Ordinal);
}
