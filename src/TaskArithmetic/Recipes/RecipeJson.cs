using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using TaskArithmetic.Files;
using TaskArithmetic.Methods;

namespace TaskArithmetic.Recipes;

/// <summary>
/// The one document of a recipe. What the worker of a build is handed, what provenance records and what <c>merge --recipe</c> reads is this
/// text; docs/recipe.schema.json describes it.
/// </summary>
internal static class RecipeJson
{
    /// <summary>What the document says of its own form.</summary>
    public const string Form = "taskarithmetic.recipe/1";

    /// <summary>Largest recipe in bytes: above what any merge needs, little enough to hold.</summary>
    public const long Largest = 4 << 20;

    private static readonly JsonWriterOptions Options = new() { Indented = true, NewLine = "\n", Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>The recipe as text: always the same for the same recipe, defaults left out.</summary>
    public static string Write(Recipe recipe)
    {
        using var bytes = new MemoryStream();
        using (var writer = new Utf8JsonWriter(bytes, Options))
            new RecipeJsonWriter(writer).Write(recipe, Form);
        return Encoding.UTF8.GetString(bytes.GetBuffer(), 0, (int)bytes.Length) + "\n";
    }

    /// <summary>Reads a recipe, the recipe that a merged model's provenance records, or one of version 0.1, and holds it against the methods.</summary>
    /// <exception cref="Diagnostics.DiagnosticException">Everything that is wrong with it: TA2040 to TA2046, and what <see cref="RecipeCheck"/> finds.</exception>
    public static Recipe Read(string path, MergeMethods methods)
    {
        byte[] bytes;
        try
        {
            bytes = RegularFile.ReadBytes(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException)
        {
            throw RecipeJsonDiagnostics.Unreadable(path, e);
        }
        return Parse(bytes, path, methods);
    }

    /// <summary>As <see cref="Read"/>, of bytes already read.</summary>
    /// <param name="utf8">The text.</param>
    /// <param name="name">What findings call it.</param>
    /// <param name="methods">The methods it may name; null to read it as it is, whatever its method and parameters are.</param>
    public static Recipe Parse(ReadOnlyMemory<byte> utf8, string name, MergeMethods? methods)
    {
        try
        {
            return RecipeJsonReader.Read(PlacedJson.Parse(utf8, name), methods);
        }
        catch (JsonException e)
        {
            throw RecipeJsonDiagnostics.NotJson(name, e.Message, e.LineNumber + 1, e);
        }
        catch (IOException e)
        {
            throw RecipeJsonDiagnostics.NotJson(name, e.Message, null, e);
        }
    }
}

/// <summary>A recipe as part of another document.</summary>
internal sealed class RecipeJsonConverter : JsonConverter<Recipe>
{
    public override Recipe Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        using var json = JsonDocument.ParseValue(ref reader);
        return RecipeJson.Parse(Encoding.UTF8.GetBytes(json.RootElement.GetRawText()), "recipe", methods: null);
    }

    public override void Write(Utf8JsonWriter writer, Recipe value, JsonSerializerOptions options) => new RecipeJsonWriter(writer).Write(value, form: null);
}
