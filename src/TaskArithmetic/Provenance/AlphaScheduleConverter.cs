using System.Text.Json;
using System.Text.Json.Serialization;
using TaskArithmetic.Recipes;

namespace TaskArithmetic.Provenance;

/// <summary>α as a number, or as a list where it changes with depth.</summary>
internal sealed class AlphaScheduleConverter : JsonConverter<AlphaSchedule>
{
    public override AlphaSchedule Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        reader.TokenType == JsonTokenType.Number
            ? AlphaSchedule.Of(reader.GetDouble())
            : AlphaSchedule.Of(JsonSerializer.Deserialize<double[]>(ref reader) ?? throw new JsonException("alpha is null"));

    public override void Write(Utf8JsonWriter writer, AlphaSchedule value, JsonSerializerOptions options)
    {
        if (value.Values.Count == 1)
            writer.WriteNumberValue(value.Values[0]);
        else
            JsonSerializer.Serialize(writer, value.Values);
    }
}
