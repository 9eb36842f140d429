using TaskArithmetic.Checkpoints;
using TaskArithmetic.Diagnostics;
using TaskArithmetic.Methods;

namespace TaskArithmetic.Recipes;

/// <summary>
/// Gives every output tensor the values of its method's parameters. A value is looked for with the input, then with the slice, then with
/// the merge; a list of filters without a hit falls through to the next, then to the default. Filters of an input's parameter are held
/// against the name of the tensor in that input, those of the merge's parameters against the name in the output: where layers are stacked
/// the two differ.
/// </summary>
/// <remarks>Problems are gathered over all tensors: one that many tensors share is told once, with the first of them.</remarks>
internal sealed class ArgumentResolution(Recipe recipe, MethodSchema schema)
{
    private readonly Dictionary<string, Diagnostic> findings = new(StringComparer.Ordinal);

    /// <summary>What is wrong with the values of the tensors that were resolved so far.</summary>
    public IReadOnlyCollection<Diagnostic> Findings => findings.Values;

    /// <summary>The values for one tensor; null where one is missing or wrong, which <see cref="Findings"/> then tell.</summary>
    /// <param name="output">Its name in the output.</param>
    /// <param name="depth">Depth of its layer in the model or slice, from 0 to 1; 0 outside of the layers, 1 where there is one layer only.</param>
    /// <param name="inputs">The inputs that take part, in their order, each with the name of its tensor.</param>
    /// <param name="slice">The slice that the tensor's layer is of; null for whole models.</param>
    public MethodArguments? Resolve(string output, double depth, IReadOnlyList<(RecipeInput Input, string Name)> inputs, RecipeSlice? slice = null)
    {
        var complete = true;
        var global = new Dictionary<string, object>(StringComparer.Ordinal);
        var each = inputs.Select(_ => new Dictionary<string, object>(StringComparer.Ordinal)).ToArray();
        foreach (var parameter in schema.Parameters)
        {
            if (parameter.Scope == ParameterScope.Global)
            {
                complete &= Set(global, parameter, Find(parameter.Name, output, depth, null, slice), null, output);
                continue;
            }
            for (var i = 0; i < inputs.Count; i++)
            {
                var (input, name) = inputs[i];
                complete &= Set(each[i], parameter, Find(parameter.Name, name, depth, input, slice), input, output);
            }
        }
        return complete ? new MethodArguments(global, each) : null;
    }

    private Scalar? Find(string parameter, string name, double depth, RecipeInput? input, RecipeSlice? slice) =>
        input?.Parameters.GetValueOrDefault(parameter)?.At(name, depth)
        ?? slice?.Parameters.GetValueOrDefault(parameter)?.At(name, depth)
        ?? recipe.Parameters.GetValueOrDefault(parameter)?.At(name, depth);

    private bool Set(Dictionary<string, object> values, MethodParameter parameter, Scalar? found, RecipeInput? input, string tensor)
    {
        if (found is not { } scalar)
            return SetDefault(values, parameter, input, tensor);
        var check = ParameterCheck.Of(parameter, scalar);
        if (check.Value is { } value)
            values[parameter.Name] = value;
        if (check.Problem is not { } problem)
            return true;
        var where = Label(input);
        findings.TryAdd($"{where}\n{parameter.Name}\n{problem}", (check.Value is null
            ? ParameterDiagnostics.WrongKind(where, parameter, problem)
            : check.IsRemark
                ? ParameterDiagnostics.OutOfUsualRange(where, parameter, problem)
                : ParameterDiagnostics.OutOfRange(where, parameter, problem)).At(file: input?.Path));
        return check.IsRemark;
    }

    private bool SetDefault(Dictionary<string, object> values, MethodParameter parameter, RecipeInput? input, string tensor)
    {
        var isRequired = parameter.Required || (recipe.WeightsAreRequired && parameter.Name == MethodParameter.Weight.Name);
        if (isRequired)
            findings.TryAdd($"{Label(input)}\n{parameter.Name}", ParameterDiagnostics.Missing(Label(input), parameter, schema.Name, tensor).At(file: input?.Path));
        else if (parameter.Default is { } value)
            values[parameter.Name] = value;
        return !isRequired;
    }

    private static string Label(RecipeInput? input) => input is null ? "the merge" : input.Adapter is null ? input.Path : $"{input.Path}+{input.Adapter}";
}
