using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using TaskArithmetic.Diagnostics;
using TaskArithmetic.Methods;
using TaskArithmetic.Safetensors;

namespace TaskArithmetic.Recipes;

using Parameters = IReadOnlyDictionary<string, ParameterValue>;

/// <summary>Writes a recipe as mergekit's YAML, and refuses what that cannot say.</summary>
internal sealed class MergeKitWriter
{
    private static readonly JsonSerializerOptions Quoted = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private readonly Recipe recipe;
    private readonly MethodSchema schema;
    private readonly StringBuilder text = new();
    private readonly List<Diagnostic> findings = [];

    private MergeKitWriter(Recipe recipe, MethodSchema schema)
    {
        this.recipe = recipe;
        this.schema = schema;
    }

    /// <summary>The YAML. Precision and seed are options of mergekit's command line and stand in a comment.</summary>
    /// <param name="recipe">The recipe.</param>
    /// <param name="methods">The methods that it may name.</param>
    /// <exception cref="DiagnosticException">TA2090: everything that YAML cannot say; TA2074: the method is unknown.</exception>
    public static string Write(Recipe recipe, MergeMethods methods)
    {
        if (!methods.TryFind(recipe.Method, out var method))
            throw new DiagnosticException(ParameterDiagnostics.UnknownMethod("the recipe", recipe.Method, [.. methods.All.Select(m => m.Schema.Name)]));
        var writer = new MergeKitWriter(recipe, method.Schema);
        writer.Write();
        return writer.findings.Count == 0 ? writer.text.ToString() : throw new DiagnosticException([.. writer.findings.Distinct()]);
    }

    private void Write()
    {
        if (recipe.VocabularyMismatch != VocabularyMismatch.Error)
            findings.Add(MergeKitDiagnostics.NotSayable("what happens where vocabularies differ", "Use tokenizer with source: base"));
        if (recipe is not { Precision: Precision.Exact, Seed: 0 })
            text.Append(CultureInfo.InvariantCulture, $"# merged with --precision {recipe.Precision.ToString().ToLowerInvariant()} --seed {recipe.Seed}\n");
        Line(0, "merge_method", recipe.Method);
        if (recipe.Base is not null)
            Line(0, "base_model", recipe.Base);
        if (recipe.Slices is { } slices)
            Write(slices);
        else
            WriteModels();
        Write(0, WithDefaultWeight());
        if (recipe.WorkingDType is { } working)
            Line(0, "dtype", working.TorchName());
        if (recipe.OutputDType is { } output && output != recipe.WorkingDType)
            Line(0, "out_dtype", output.TorchName());
        Write(recipe.Tokenizer);
        if (recipe.ChatTemplate is not null)
            Line(0, "chat_template", recipe.ChatTemplate);
    }

    private void WriteModels()
    {
        if (schema.Base == BaseUse.Input && recipe.Base is not null && recipe.Inputs.All(i => i.Path != recipe.Base || i.Adapter is not null))
            findings.Add(MergeKitDiagnostics.NotSayable($"that '{recipe.Base}' only gives configuration and tokenizer, since the method {schema.Name} would take it as one more model", "Leave the base out"));
        text.Append("models:\n");
        foreach (var input in recipe.Inputs)
            Write(input, recipe.Base, 1, null);
    }

    private void Write(IReadOnlyList<RecipeSlice> slices)
    {
        text.Append("slices:\n");
        foreach (var slice in slices)
        {
            var used = slice.Base ?? recipe.Base;
            text.Append("  - sources:\n");
            if (used is not null && schema.Base != BaseUse.Input && (slice.BaseLayers ?? slice.Inputs.Select(i => i.Layers).FirstOrDefault()) is { } layers)
                Write(new RecipeInput(used) { Minus = used }, used, 3, layers);
            foreach (var input in slice.Inputs)
                Write(input, used, 3, input.Layers);
            if (slice.Base is not null)
                Line(2, "base_model", slice.Base);
            Write(2, slice.Parameters);
        }
    }

    private void Write(RecipeInput input, string? used, int depth, LayerRange? layers)
    {
        if (schema.Operands == Operands.TaskVectors && input.Minus != used)
            findings.Add(MergeKitDiagnostics.NotSayable(
                input.Minus is null ? $"that '{input.Path}' is a vector" : $"that '{input.Minus}' is subtracted from '{input.Path}' while the base is '{used}'",
                "Its vectors are models minus the base"));
        if (!input.Selection.Equals(TensorSelection.All))
            findings.Add(MergeKitDiagnostics.NotSayable($"that '{input.Path}' changes only some tensors", "Set its weight to 0 for the others by filters"));
        text.Append(CultureInfo.InvariantCulture, $"{Blanks(depth)}- model: {Quote(input.Adapter is null ? input.Path : $"{input.Path}+{input.Adapter}")}\n");
        if (layers is { } range)
            text.Append(CultureInfo.InvariantCulture, $"{Blanks(depth + 1)}layer_range: [{range.First}, {range.End}]\n");
        Write(depth + 1, input.Parameters);
    }

    /// <summary>mergekit knows no default weight: ours is written out where nothing else counts.</summary>
    private Parameters WithDefaultWeight()
    {
        if (recipe.WeightsAreRequired || schema.Find(MethodParameter.Weight.Name) is not { Default: double usual })
            return recipe.Parameters;
        var said = recipe.Parameters.GetValueOrDefault(MethodParameter.Weight.Name);
        var isComplete = IsComplete(said) || recipe.AllInputs.All(i => IsComplete(i.Parameters.GetValueOrDefault(MethodParameter.Weight.Name)));
        return isComplete ? recipe.Parameters : new Dictionary<string, ParameterValue>(recipe.Parameters, StringComparer.Ordinal)
        {
            [MethodParameter.Weight.Name] = said?.Or(ParameterValue.Of(usual)) ?? ParameterValue.Of(usual),
        };
    }

    private static bool IsComplete(ParameterValue? value) => value?.Entries.Any(e => e.Filter is null or "*") == true;

    private void Write(int depth, Parameters parameters)
    {
        if (parameters.Count == 0)
            return;
        text.Append(CultureInfo.InvariantCulture, $"{Blanks(depth)}parameters:\n");
        foreach (var (name, value) in parameters.OrderBy(p => p.Key, StringComparer.Ordinal))
            Write(depth + 1, name, value);
    }

    private void Write(int depth, string name, ParameterValue value)
    {
        if (value.Entries is [{ Filter: null } only])
        {
            text.Append(CultureInfo.InvariantCulture, $"{Blanks(depth)}{name}: {Of(only.Values)}\n");
            return;
        }
        text.Append(CultureInfo.InvariantCulture, $"{Blanks(depth)}{name}:\n");
        foreach (var entry in value.Entries)
        {
            if (entry.Filter is { } filter && filter != "*" && filter.AsSpan().IndexOfAny('*', '?') >= 0)
                findings.Add(MergeKitDiagnostics.NotSayable($"the pattern '{filter}'", "Its filters are parts of a tensor's name"));
            text.Append(CultureInfo.InvariantCulture, $"{Blanks(depth + 1)}- {{{(entry.Filter is null ? "" : $"filter: {Quote(entry.Filter)}, ")}value: {Of(entry.Values)}}}\n");
        }
    }

    private void Write(RecipeTokenizer? tokenizer)
    {
        if (tokenizer is null)
            return;
        text.Append("tokenizer:\n");
        Line(1, "source", tokenizer.Source);
        if (tokenizer.PadToMultipleOf is { } multiple)
            text.Append(CultureInfo.InvariantCulture, $"{Blanks(1)}pad_to_multiple_of: {multiple}\n");
        if (tokenizer.Tokens.Count > 0)
            text.Append(CultureInfo.InvariantCulture, $"{Blanks(1)}tokens:\n");
        foreach (var (token, source) in tokenizer.Tokens)
            text.Append(CultureInfo.InvariantCulture, $"{Blanks(2)}{Quote(token)}: {{source: {Of(source)}{(source.Force ? ", force: true" : "")}}}\n");
    }

    private static string Of(TokenSource source) => source switch
    {
        { Zero: true } or { Model: null } => "{kind: zero}",
        { Token: { } token } => $"{{kind: model_token, model: {Quote(source.Model)}, token: {Quote(token)}}}",
        { TokenId: { } id } => string.Create(CultureInfo.InvariantCulture, $"{{kind: model_token, model: {Quote(source.Model)}, token_id: {id}}}"),
        _ => Quote(source.Model),
    };

    private static string Of(IReadOnlyList<Scalar> values) => values is [var only] ? Of(only) : $"[{string.Join(", ", values.Select(Of))}]";

    private static string Of(Scalar value) => value switch
    {
        { Number: { } number } => Of(number),
        { Flag: { } flag } => flag ? "true" : "false",
        _ => Quote(value.Text ?? ""),
    };

    /// <summary>The parser that mergekit uses takes 1E-05 for a text; with a point it is a number.</summary>
    private static string Of(double number)
    {
        var written = number.ToString("R", CultureInfo.InvariantCulture);
        var exponent = written.IndexOf('E', StringComparison.Ordinal);
        return exponent < 0 || written.Contains('.', StringComparison.Ordinal) ? written : written.Insert(exponent, ".0");
    }

    private void Line(int depth, string key, string value) => text.Append(CultureInfo.InvariantCulture, $"{Blanks(depth)}{key}: {Quote(value)}\n");

    /// <summary>Plain where nothing could be taken for something else, otherwise as JSON, which YAML reads.</summary>
    private static string Quote(string value) =>
        value.Length > 0 && value.All(c => char.IsAsciiLetterOrDigit(c) || c is '_' or '.' or '/' or '-' or '+' or '@') && char.IsAsciiLetter(value.TrimStart('.', '/') is { Length: > 0 } rest ? rest[0] : ' ')
        && new MergeKitText(1, value, false) is { IsNull: false, Scalar.Text: not null }
            ? value
            : JsonSerializer.Serialize(value, Quoted);

    private static string Blanks(int depth) => new(' ', depth * 2);
}
