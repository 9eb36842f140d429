using System.Globalization;
using TaskArithmetic.Checkpoints;
using TaskArithmetic.Diagnostics;
using TaskArithmetic.Inputs;
using TaskArithmetic.Methods;
using TaskArithmetic.Recipes;
using TaskArithmetic.Safetensors;

namespace TaskArithmetic.Planning;

/// <summary>Says in words what a recipe does to one tensor. Headers are read, weights are not.</summary>
internal static class TensorExplanation
{
    /// <summary>The explanation, line by line.</summary>
    /// <param name="recipe">The recipe.</param>
    /// <param name="tensor">Name in the output.</param>
    /// <param name="methods">The methods that it may name.</param>
    /// <param name="linearAlgebra">Decompositions for the methods that need them; null where libtorch is not at hand.</param>
    /// <exception cref="DiagnosticException">What a merge would be refused for; TA2046 where there is no such tensor.</exception>
    public static IReadOnlyList<string> Of(Recipe recipe, string tensor, MergeMethods methods, ILinearAlgebra? linearAlgebra)
    {
        using var sources = MergeSources.Open(recipe, methods, Preflight.CheckRecipe(recipe, methods));
        var (plan, findings) = Preflight.Run(sources, methods, linearAlgebra);
        if (plan is null)
            throw new DiagnosticException(findings);
        if (!plan.Tensors.TryGetValue(tensor, out var planned))
            throw new DiagnosticException(PlanDiagnostics.NoSuchTensor(tensor, NearestName.Find(tensor, plan.Tensors.Keys)));
        return [.. Lines(sources, plan, planned)];
    }

    private static IEnumerable<string> Lines(MergeSources sources, MergePlan plan, PlannedTensor tensor)
    {
        yield return $"{tensor.Name}: {tensor.OutputDType.Name()} [{string.Join(", ", tensor.Shape)}], in {plan.Shards.Single(s => s.Layout.Header.Tensors.Any(t => t.Name == tensor.Name)).FileName}";
        if (tensor.Merge is not { } merge)
        {
            yield return $"{(tensor.IsCopy ? "copied" : "taken")} from {Describe(tensor.Target)}{(tensor.IsCopy ? ", byte for byte" : $", rounded to {tensor.OutputDType.Name()}")}: no input changes it";
            yield break;
        }
        var schema = merge.Method.Schema;
        yield return $"method {schema.Name}: {schema.Formula}";
        yield return $"{(merge.Context.HasBase ? "base" : "measured against")}: {Describe(tensor.Target)}";
        for (var i = 0; i < tensor.Inputs.Count; i++)
        {
            var input = tensor.Inputs[i];
            yield return $"input {input.Index + 1}: {sources.Inputs[input.Index].Label}";
            yield return $"  {Describe(input.From)}{(input.Minus is null ? "" : $" minus {Describe(input.Minus)}")}";
            foreach (var line in Parameters(sources, tensor, merge, i))
                yield return line;
        }
        // Models of other slices are no news.
        var around = sources.Slices.Where(s => s.Inputs.Any(i => tensor.Inputs.Any(t => t.Index == i.Index))).SelectMany(s => s.Inputs);
        foreach (var left in around.Where(s => tensor.Inputs.All(i => i.Index != s.Index)))
            yield return $"not of it: {left.Label}{(left.Input.Selection.Selects(tensor.Name) ? "" : ", whose patterns leave it out")}";
        foreach (var line in Parameters(sources, tensor, merge, null))
            yield return line;
        yield return merge.Context.Precision == Precision.Exact
            ? $"computed in float32, then rounded once, to nearest even, to {tensor.OutputDType.Name()}"
            : $"rounded to {merge.Context.WorkingDType.Name()} after every operation, as mergekit does, and written as {tensor.OutputDType.Name()}";
        if (schema.IsRandom)
            yield return string.Create(CultureInfo.InvariantCulture, $"random masks from seed {sources.Recipe.Seed} and the tensor's name");
    }

    private static string Describe(ITensorInput input) => input.Stored switch
    {
        [] => "zero",
        [var only] => $"{only.Info.Name} of {only.File.Path} ({only.Info.DType.Name()})",
        var several => $"{string.Join(", ", several.Select(s => s.Info.Name).Distinct())} of {string.Join(", ", several.Select(s => s.File.Path).Distinct())}",
    };

    private static IEnumerable<string> Parameters(MergeSources sources, PlannedTensor tensor, PlannedMerge merge, int? place)
    {
        var arguments = merge.Context.Arguments;
        foreach (var (_, name, value) in arguments.All.Where(a => a.Input == place))
        {
            var shown = value is IFormattable number ? number.ToString(null, CultureInfo.InvariantCulture) : value is bool flag ? (flag ? "true" : "false") : value.ToString();
            yield return $"{(place is null ? "" : "  ")}{name} = {shown}, {Origin(sources, tensor, name, place)}";
        }
    }

    /// <summary>Who said a value: the order in which it is looked for.</summary>
    private static string Origin(MergeSources sources, PlannedTensor tensor, string parameter, int? place)
    {
        var input = place is { } i ? sources.Inputs[tensor.Inputs[i].Index] : null;
        // Filters of an input are held against the name that the tensor has there, which differs where layers are stacked.
        var name = input is not null && sources.Recipe.Slices is not null && tensor.Inputs[place!.Value].From.Stored is [{ } stored, ..] ? stored.Info.Name : tensor.Name;
        var slice = sources.Slices.FirstOrDefault(s => input is not null ? s.Inputs.Contains(input) : tensor.Inputs.Any(t => s.Inputs.Any(x => x.Index == t.Index)))?.Slice;
        if (input?.Input.Parameters.GetValueOrDefault(parameter) is { } own && own.At(name, 0) is not null)
            return $"said with the input: {own}";
        if (slice?.Parameters.GetValueOrDefault(parameter) is { } ofSlice && ofSlice.At(name, 0) is not null)
            return $"said with the slice: {ofSlice}";
        if (sources.Recipe.Parameters.GetValueOrDefault(parameter) is { } ofMerge && ofMerge.At(name, 0) is not null)
            return $"said for the merge: {ofMerge}";
        return "the method's default";
    }
}
