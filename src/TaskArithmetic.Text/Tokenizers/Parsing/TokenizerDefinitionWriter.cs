using System.Text.Encodings.Web;
using System.Text.Json;

namespace TaskArithmetic.Text.Tokenizers.Parsing;

/// <summary>
/// Writes what was checked of a <c>tokenizer.json</c> for the library: in one spelling, so that no two readers understand it
/// differently, and as the calls without flags need it. They skip special tokens and add the post-processor's; so there is no
/// special token and no post-processor in it, and neither truncation nor padding, which transformers sets aside too.
/// </summary>
internal static class TokenizerDefinitionWriter
{
    public static void Write(JsonElement root, TokenizerDefinition definition, Stream stream)
    {
        using var writer = new Utf8JsonWriter(stream, new JsonWriterOptions { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, SkipValidation = true });
        writer.WriteStartObject();
        writer.WriteString("version", "1.0");
        writer.WriteNull("truncation");
        writer.WriteNull("padding");
        WriteAddedTokens(definition.AddedTokens, writer);
        foreach (var name in (string[])["normalizer", "pre_tokenizer", "decoder"])
        {
            writer.WritePropertyName(name);
            if (root.TryGetProperty(name, out var part))
                Copy(part, writer);
            else
                writer.WriteNullValue();
        }
        writer.WriteNull("post_processor");
        writer.WritePropertyName("model");
        WriteModel(root.GetProperty("model"), definition.Model, writer);
        writer.WriteEndObject();
    }

    private static void WriteAddedTokens(IReadOnlyList<AddedToken> added, Utf8JsonWriter writer)
    {
        var ofContent = added.ToLookup(token => token.Content);
        writer.WriteStartArray("added_tokens");
        foreach (var token in added)
        {
            // Of several with one content that a special one is among, the library looks for the first special one, with the flags of the last.
            var special = token.IsSpecial || ofContent[token.Content].Skip(1).Any() ? ofContent[token.Content].FirstOrDefault(other => other.IsSpecial) : null;
            if (special is null)
                WriteAddedToken(token, writer);
            else if (ReferenceEquals(token, ofContent[token.Content].First()))
                WriteAddedToken(ofContent[token.Content].Last() with { IsNormalized = special.IsNormalized }, writer);
        }
        writer.WriteEndArray();
    }

    private static void WriteAddedToken(AddedToken token, Utf8JsonWriter writer)
    {
        writer.WriteStartObject();
        writer.WriteNumber("id", 0);
        writer.WriteString("content", token.Content);
        writer.WriteBoolean("single_word", token.SingleWord);
        writer.WriteBoolean("lstrip", token.LeftStrip);
        writer.WriteBoolean("rstrip", token.RightStrip);
        writer.WriteBoolean("normalized", token.IsNormalized);
        writer.WriteBoolean("special", false);
        writer.WriteEndObject();
    }

    private static void WriteModel(JsonElement element, TokenizerModel model, Utf8JsonWriter writer)
    {
        writer.WriteStartObject();
        writer.WriteString("type", model.Kind);
        foreach (var member in Members(element).Where(member => member.Name is not ("type" or "merges" or "vocab" or "dropout")))
        {
            writer.WritePropertyName(member.Name);
            Copy(member.Value, writer);
        }
        writer.WritePropertyName("vocab");
        element.GetProperty("vocab").WriteTo(writer);
        if (model.Kind == "BPE")
        {
            writer.WriteStartArray("merges");
            foreach (var (left, right) in model.Merges)
            {
                writer.WriteStartArray();
                writer.WriteStringValue(left);
                writer.WriteStringValue(right);
                writer.WriteEndArray();
            }
            writer.WriteEndArray();
        }
        writer.WriteEndObject();
    }

    private static void Copy(JsonElement element, Utf8JsonWriter writer)
    {
        switch (element.ValueKind)
        {
            case JsonValueKind.Object:
                writer.WriteStartObject();
                foreach (var member in Members(element))
                {
                    writer.WritePropertyName(member.Name);
                    Copy(member.Value, writer);
                }
                writer.WriteEndObject();
                break;
            case JsonValueKind.Array:
                writer.WriteStartArray();
                foreach (var item in element.EnumerateArray())
                    Copy(item, writer);
                writer.WriteEndArray();
                break;
            // A number beyond all doubles is one to us and none to the library.
            case JsonValueKind.Number when !double.IsFinite(element.GetDouble()):
                writer.WriteNumberValue(0);
                break;
            default:
                element.WriteTo(writer);
                break;
        }
    }

    /// <summary>The members of an object; of several with one name the last, which is the one that was checked.</summary>
    private static IEnumerable<JsonProperty> Members(JsonElement element) =>
        element.EnumerateObject().GroupBy(member => member.Name).Select(group => group.Last());
}
