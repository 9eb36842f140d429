using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using TaskArithmetic.Evaluation.Engines;

namespace TaskArithmetic.Evaluation.Running;

/// <summary>One question to an engine; exactly one of the three forms is set.</summary>
internal sealed record EngineCall(GenerationRequest? Generation, LoglikelihoodRequest? Score, string? Rolling)
{
    /// <summary>SHA-256 over the engine's identity and everything that is asked: equal keys have equal answers.</summary>
    public string Key(string engineIdentity)
    {
        using var buffer = new MemoryStream();
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartArray();
            json.WriteStringValue(engineIdentity);
            if (Generation is not null)
                JsonSerializer.Serialize(json, Generation);
            else if (Score is not null)
                JsonSerializer.Serialize(json, Score);
            else
                json.WriteStringValue(Rolling);
            json.WriteEndArray();
        }
        return Convert.ToHexStringLower(SHA256.HashData(buffer.GetBuffer().AsSpan(0, (int)buffer.Length)));
    }

    /// <summary>SHA-256 of the UTF-8 text, lower-case hexadecimal.</summary>
    public static string HashText(string text) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)));
}
