using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using TaskArithmetic.Diagnostics;

namespace TaskArithmetic.Tool.Terminal;

/// <summary>The one JSON value that <c>--json</c> prints, whatever happened; docs/command-line.md lists its fields.</summary>
internal static class JsonResult
{
    /// <summary>Raised when a field changes its meaning or goes; new fields do not raise it.</summary>
    private const int Version = 1;

    private static readonly JsonSerializerOptions Options = new()
    {
        WriteIndented = true,
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
        Converters = { new JsonStringEnumConverter(JsonNamingPolicy.CamelCase), new FiniteNumbers() },
    };

    /// <summary>Writes the value.</summary>
    /// <param name="verb">The verb, as <c>cache prune</c>; empty before one is known.</param>
    /// <param name="exitCode">What the process ends with.</param>
    /// <param name="diagnostics">All findings.</param>
    /// <param name="result">The verb's own fields; null where it gave none.</param>
    public static string Write(string verb, int exitCode, IReadOnlyList<Diagnostic> diagnostics, object? result)
    {
        var value = new JsonObject
        {
            ["schema"] = $"taskarithmetic{(verb.Length == 0 ? "" : ".")}{verb.Replace(' ', '.')}/{Version}",
            ["exitCode"] = exitCode,
            ["diagnostics"] = JsonSerializer.SerializeToNode(diagnostics, Options),
        };
        if (result is not null && JsonSerializer.SerializeToNode(result, result.GetType(), Options) is JsonObject fields)
        {
            foreach (var (name, field) in fields.ToList())
            {
                fields.Remove(name);
                value.TryAdd(name, field);
            }
        }
        return value.ToJsonString(Options);
    }

    /// <summary>JSON has no NaN and no infinity; where a number does not exist stands null.</summary>
    private sealed class FiniteNumbers : JsonConverter<double>
    {
        public override double Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) => throw new NotSupportedException();

        public override void Write(Utf8JsonWriter writer, double value, JsonSerializerOptions options)
        {
            if (double.IsFinite(value))
                writer.WriteNumberValue(value);
            else
                writer.WriteNullValue();
        }
    }
}
