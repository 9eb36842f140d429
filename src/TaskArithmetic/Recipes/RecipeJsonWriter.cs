using System.Text.Encodings.Web;
using System.Text.Json;
using TaskArithmetic.Methods;
using TaskArithmetic.Safetensors;

namespace TaskArithmetic.Recipes;

using Parameters = IReadOnlyDictionary<string, ParameterValue>;

/// <summary>Writes a recipe in its canonical form: a fixed order of keys, parameters by name, and nothing that is the default anyway.</summary>
internal sealed class RecipeJsonWriter(Utf8JsonWriter writer)
{
    /// <summary>A gradient or a range reads better in one line than with a line for each number.</summary>
    private static readonly JsonSerializerOptions InOneLine = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>Writes one object.</summary>
    /// <param name="recipe">The recipe.</param>
    /// <param name="form">What the document says of its form; null where another document holds it.</param>
    public void Write(Recipe recipe, string? form)
    {
        writer.WriteStartObject();
        Text("schema", form);
        Text("method", recipe.Method);
        Text("base", recipe.Base);
        if (recipe.Slices is { } slices)
            List("slices", slices, Slice);
        else
            List("inputs", recipe.Inputs, Input);
        Group("parameters", recipe.Parameters);
        if (recipe.Precision != Precision.Exact)
            Text("precision", Words.Of(recipe.Precision));
        Text("dtype", recipe.WorkingDType?.TorchName());
        Text("outputDtype", recipe.OutputDType?.TorchName());
        if (recipe.Seed != 0)
            writer.WriteNumber("seed", recipe.Seed);
        Tokenizer(recipe.Tokenizer);
        Text("chatTemplate", recipe.ChatTemplate);
        if (recipe.VocabularyMismatch != VocabularyMismatch.Error)
            Text("vocabularyMismatch", Words.Of(recipe.VocabularyMismatch));
        if (recipe.MaxShardSize != Recipe.DefaultMaxShardSize)
            writer.WriteNumber("maxShardSize", recipe.MaxShardSize);
        Switch("allowNonFinite", recipe.AllowNonFinite);
        Switch("requireSameLineage", recipe.RequireSameLineage);
        Switch("requireWeights", recipe.WeightsAreRequired);
        writer.WriteEndObject();
    }

    private void Input(RecipeInput input)
    {
        writer.WriteStartObject();
        Text("path", input.Path);
        Text("minus", input.Minus);
        Text("adapter", input.Adapter);
        Layers("layers", input.Layers);
        Values(input.Parameters);
        Patterns("tensors", input.Selection.Include);
        Patterns("exclude", input.Selection.Exclude);
        writer.WriteEndObject();
    }

    private void Slice(RecipeSlice slice)
    {
        writer.WriteStartObject();
        Text("base", slice.Base);
        Layers("baseLayers", slice.BaseLayers);
        List("inputs", slice.Inputs, Input);
        Group("parameters", slice.Parameters);
        writer.WriteEndObject();
    }

    private void Tokenizer(RecipeTokenizer? tokenizer)
    {
        if (tokenizer is null)
            return;
        writer.WriteStartObject("tokenizer");
        Text("source", tokenizer.Source);
        if (tokenizer.Tokens.Count > 0)
        {
            writer.WriteStartObject("tokens");
            foreach (var (token, source) in tokenizer.Tokens.OrderBy(t => t.Key, StringComparer.Ordinal))
            {
                writer.WritePropertyName(token);
                Token(source);
            }
            writer.WriteEndObject();
        }
        if (tokenizer.PadToMultipleOf is { } multiple)
            writer.WriteNumber("padToMultipleOf", multiple);
        writer.WriteEndObject();
    }

    private void Token(TokenSource source)
    {
        writer.WriteStartObject();
        Text("model", source.Model);
        Text("token", source.Token);
        if (source.TokenId is { } id)
            writer.WriteNumber("tokenId", id);
        Switch("zero", source.Zero);
        Switch("force", source.Force);
        writer.WriteEndObject();
    }

    private void Group(string name, Parameters parameters)
    {
        if (parameters.Count == 0)
            return;
        writer.WriteStartObject(name);
        Values(parameters);
        writer.WriteEndObject();
    }

    private void Values(Parameters parameters)
    {
        foreach (var (name, value) in parameters.OrderBy(p => p.Key, StringComparer.Ordinal))
        {
            writer.WritePropertyName(name);
            writer.WriteRawValue(JsonSerializer.Serialize(value, InOneLine));
        }
    }

    private void List<T>(string name, IEnumerable<T> items, Action<T> write)
    {
        writer.WriteStartArray(name);
        foreach (var item in items)
            write(item);
        writer.WriteEndArray();
    }

    private void Patterns(string name, IReadOnlyList<string> patterns)
    {
        if (patterns.Count > 0)
            List(name, patterns, writer.WriteStringValue);
    }

    private void Layers(string name, LayerRange? layers)
    {
        if (layers is { } range)
        {
            writer.WritePropertyName(name);
            writer.WriteRawValue(JsonSerializer.Serialize<int[]>([range.First, range.End], InOneLine));
        }
    }

    private void Text(string name, string? text)
    {
        if (text is not null)
            writer.WriteString(name, text);
    }

    private void Switch(string name, bool value)
    {
        if (value)
            writer.WriteBoolean(name, true);
    }
}

/// <summary>The words of a recipe for values of enumerations.</summary>
internal static class Words
{
    /// <summary>The word of a value: its name in small letters.</summary>
    public static string Of<T>(T value)
        where T : struct, Enum => value.ToString().ToLowerInvariant();

    /// <summary>The words of all values.</summary>
    public static IReadOnlyList<string> All<T>()
        where T : struct, Enum => [.. Enum.GetValues<T>().Select(Of)];
}
