using TaskArithmetic.Diagnostics;
using TaskArithmetic.Methods;

namespace TaskArithmetic.Recipes;

using Parameters = IReadOnlyDictionary<string, ParameterValue>;

/// <summary>A place in a recipe: the merge, a slice of it, or an input, and what is said there of a parameter.</summary>
/// <param name="Slice">Number of the slice from 0; null for none.</param>
/// <param name="Input">Number of the input from 0, in its slice if there is one; null for none.</param>
/// <param name="Parameter">The parameter; null for none.</param>
internal readonly record struct RecipePlace(int? Slice = null, int? Input = null, string? Parameter = null);

/// <summary>
/// What can be told of a recipe before a model is opened: that its method exists, has the operands that it needs, and is given parameters
/// that it has, with values of the right kind in the right range.
/// </summary>
/// <param name="recipe">The recipe.</param>
/// <param name="methods">The methods that it may name.</param>
/// <param name="where">Says where in the user's text a place stands; null for a description of the recipe.</param>
/// <param name="refusesUnused">Whether a parameter that only other methods have is an error; mergekit's files may carry such.</param>
internal sealed class RecipeCheck(Recipe recipe, MergeMethods methods, Func<RecipePlace, string>? where = null, bool refusesUnused = false)
{
    /// <summary>How findings about no input in particular begin.</summary>
    public const string TheMerge = "the merge: ";

    private readonly List<Diagnostic> findings = [];

    /// <summary>All problems, each once.</summary>
    public static IReadOnlyList<Diagnostic> Of(Recipe recipe, MergeMethods methods, Func<RecipePlace, string>? where = null, bool refusesUnused = false)
    {
        var check = new RecipeCheck(recipe, methods, where, refusesUnused);
        check.Run();
        return [.. check.findings.Distinct()];
    }

    private void Run()
    {
        if (!methods.TryFind(recipe.Method, out var method))
        {
            findings.Add(ParameterDiagnostics.UnknownMethod(Where(default), recipe.Method, [.. methods.All.Select(m => m.Schema.Name)]));
            return;
        }
        var schema = method.Schema;
        CheckParameters(schema, recipe.Parameters, new RecipePlace(), isInput: false);
        if (recipe.Slices is not { } slices)
        {
            CheckOperands(schema, recipe.Inputs, recipe.Base, new RecipePlace(), NoSlice);
            return;
        }
        for (var i = 0; i < slices.Count; i++)
        {
            CheckParameters(schema, slices[i].Parameters, new RecipePlace(i), isInput: false);
            CheckOperands(schema, slices[i].Inputs, slices[i].Base ?? recipe.Base, new RecipePlace(i), slices[i].Parameters);
        }
    }

    private static Parameters NoSlice => Recipe.NoParameters;

    private void CheckOperands(MethodSchema schema, IReadOnlyList<RecipeInput> inputs, string? baseModel, RecipePlace place, Parameters slice)
    {
        if (schema.Base == BaseUse.Required && baseModel is null)
            findings.Add(ParameterDiagnostics.NoBase(Where(place), schema));
        if (inputs.Count < schema.MinimumInputs || inputs.Count > schema.MaximumInputs)
            findings.Add(ParameterDiagnostics.InputCount(Where(place), schema, inputs.Count));
        for (var i = 0; i < inputs.Count; i++)
        {
            CheckParameters(schema, inputs[i].Parameters, place with { Input = i }, isInput: true);
            CheckPresence(schema, inputs[i].Parameters, place with { Input = i }, slice, ParameterScope.Input);
        }
        CheckPresence(schema, Recipe.NoParameters, place, slice, ParameterScope.Global);
    }

    /// <summary>A value that only some filters give is looked for tensor by tensor, once the models are open.</summary>
    private void CheckPresence(MethodSchema schema, Parameters input, RecipePlace place, Parameters slice, ParameterScope scope)
    {
        foreach (var parameter in schema.Parameters.Where(p => p.Scope == scope && IsRequired(p)))
        {
            if (!input.ContainsKey(parameter.Name) && !slice.ContainsKey(parameter.Name) && !recipe.Parameters.ContainsKey(parameter.Name))
                findings.Add(ParameterDiagnostics.MissingEverywhere(Where(place), parameter, schema.Name));
        }
    }

    private bool IsRequired(MethodParameter parameter) =>
        parameter.Required || (recipe.WeightsAreRequired && parameter.Name == MethodParameter.Weight.Name);

    private void CheckParameters(MethodSchema schema, Parameters parameters, RecipePlace place, bool isInput)
    {
        foreach (var (name, value) in parameters)
        {
            var at = place with { Parameter = name };
            if (schema.Find(name) is not { } parameter)
                findings.Add(Unknown(schema, name, at));
            else if (isInput && parameter.Scope == ParameterScope.Global)
                findings.Add(ParameterDiagnostics.WithoutEffect(Where(at), name, "it counts for the merge or a slice, not for one model"));
            else
                CheckValues(parameter, value, at);
        }
    }

    private Diagnostic Unknown(MethodSchema schema, string name, RecipePlace place) =>
        !refusesUnused && methods.All.Any(m => m.Schema.Find(name) is not null)
            ? ParameterDiagnostics.WithoutEffect(Where(place), name, $"the method {schema.Name} does not use it")
            : ParameterDiagnostics.UnknownParameter(Where(place), schema.Name, name, [.. schema.Parameters.Select(p => p.Name)]);

    private void CheckValues(MethodParameter parameter, ParameterValue value, RecipePlace place)
    {
        foreach (var check in value.Entries.SelectMany(e => e.Values).Select(v => ParameterCheck.Of(parameter, v)).Where(c => c.Problem is not null))
        {
            findings.Add(check.Value is null
                ? ParameterDiagnostics.WrongKind(Where(place), parameter, check.Problem!)
                : check.IsRemark
                    ? ParameterDiagnostics.OutOfUsualRange(Where(place), parameter, check.Problem!)
                    : ParameterDiagnostics.OutOfRange(Where(place), parameter, check.Problem!));
        }
    }

    private string Where(RecipePlace place) => where?.Invoke(place) ?? Describe(place);

    private string Describe(RecipePlace place)
    {
        var slice = place.Slice is { } s ? recipe.Slices![s] : null;
        var inSlice = place.Slice is { } number ? $"slice {number + 1}" : "the merge";
        return place.Input is not { } input
            ? inSlice
            : (slice is null ? "" : inSlice + ": ") + (slice?.Inputs ?? recipe.Inputs)[input].Path;
    }
}
