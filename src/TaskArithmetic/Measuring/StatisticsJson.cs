using System.Text.Json;
using System.Text.Json.Serialization;

namespace TaskArithmetic.Measuring;

/// <summary>How measured numbers are kept: a model that is allowed to hold NaN has norms that are none.</summary>
internal static class StatisticsJson
{
    public static JsonSerializerOptions Options { get; } = new() { NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals };
}
