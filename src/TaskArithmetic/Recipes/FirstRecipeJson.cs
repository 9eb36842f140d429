using System.Text.Json;
using TaskArithmetic.Files;
using TaskArithmetic.Methods;
using TaskArithmetic.Safetensors;

namespace TaskArithmetic.Recipes;

/// <summary>
/// The form in which version 0.1 recorded recipes: <c>base</c>, <c>terms</c> of path, minus, alpha and selection, <c>method</c>,
/// <c>normalize</c>, <c>lambda</c>. Folders of that version are still verified and repeated; it is never written again.
/// </summary>
internal sealed class FirstRecipeJson(JsonFindings findings)
{
    private static readonly string[] RecipeKeys =
        ["base", "terms", "method", "normalize", "lambda", "precision", "workingDType", "outputDType", "allowNonFinite", "requireSameLineage", "maxShardSize"];

    public Recipe Read(PlacedJson root)
    {
        var members = findings.Members(root, RecipeKeys);
        var method = members.Text("method") ?? "task_arithmetic";
        var parameters = new Dictionary<string, ParameterValue>(StringComparer.Ordinal);
        foreach (var name in (string[])["normalize", "lambda"])
        {
            if (members[name] is { Kind: not JsonValueKind.Null } json && findings.Parameter(json) is { } value)
                parameters[name] = value;
        }
        // λ had no meaning for averages and was recorded as 1 all the same.
        if (method == "linear" || parameters.GetValueOrDefault("lambda") == ParameterValue.Of(1))
            parameters.Remove("lambda");
        return new Recipe
        {
            Method = method,
            Base = members.Text("base"),
            Inputs = [.. findings.Elements(members["terms"]!).Select(ReadTerm)],
            Parameters = parameters,
            Precision = members.Word<Precision>("precision"),
            WorkingDType = DTypeOf(members, "workingDType"),
            OutputDType = DTypeOf(members, "outputDType"),
            MaxShardSize = members.Size("maxShardSize") ?? Recipe.DefaultMaxShardSize,
            AllowNonFinite = members.Flag("allowNonFinite"),
            RequireSameLineage = members.Flag("requireSameLineage"),
        };
    }

    private RecipeInput ReadTerm(PlacedJson json)
    {
        var members = findings.Members(json, ["path", "minus", "alpha", "selection"]);
        if (members["path"] is null)
            findings.Add(RecipeJsonDiagnostics.Missing(json, "path"));
        var weight = members["alpha"] is { } alpha ? findings.Parameter(alpha) : null;
        return new RecipeInput(members.Text("path") ?? "")
        {
            Minus = members.Text("minus"),
            Parameters = new Dictionary<string, ParameterValue>(StringComparer.Ordinal) { [MethodParameter.Weight.Name] = weight ?? ParameterValue.Of(1) },
            Selection = members["selection"] is { Kind: not JsonValueKind.Null } selection ? ReadSelection(selection) : TensorSelection.All,
        };
    }

    private TensorSelection ReadSelection(PlacedJson json)
    {
        var members = findings.Members(json, ["include", "exclude"]);
        return new TensorSelection(members.Texts("include"), members.Texts("exclude"));
    }

    /// <summary>The names of the enumeration, as its serializer wrote them.</summary>
    private DType? DTypeOf(JsonMembers members, string name)
    {
        if (members.Text(name) is not { } text)
            return null;
        foreach (var dtype in Enum.GetValues<DType>())
        {
            if (JsonNamingPolicy.SnakeCaseLower.ConvertName(dtype.ToString()) == text)
                return dtype;
        }
        findings.Add(RecipeJsonDiagnostics.WrongValue(members[name]!, "a dtype"));
        return null;
    }
}
