using System.Globalization;
using System.Net.Http.Headers;
using System.Text.Json;
using TaskArithmetic.Files;

namespace TaskArithmetic.Evaluation.Endpoint;

/// <summary>What a server sent, read up to a bound and made safe to read as JSON.</summary>
internal static class EndpointBody
{
    /// <summary>The bytes of a body, at most one more than the bound.</summary>
    public static async Task<byte[]> ReadAsync(HttpContent content, long most, CancellationToken cancellationToken)
    {
        var stream = await content.ReadAsStreamAsync(cancellationToken);
        var kept = new MemoryStream();
        var buffer = new byte[64 << 10];
        int read;
        while (kept.Length <= most && (read = await stream.ReadAsync(buffer, cancellationToken)) > 0)
            kept.Write(buffer, 0, (int)Math.Min(read, most + 1 - kept.Length));
        return kept.ToArray();
    }

    /// <summary>Whether a body is packed, which was not asked for: a few bytes can then stand for gigabytes.</summary>
    public static bool IsPacked(HttpContentHeaders headers) =>
        headers.ContentEncoding.Any(encoding => !encoding.Equals("identity", StringComparison.OrdinalIgnoreCase));

    /// <summary>Reads JSON; false, and why, if it is none.</summary>
    public static bool TryParse(byte[] body, out JsonElement json, out string problem)
    {
        json = default;
        try
        {
            _ = RegularFile.Text(body);
            ReplaceLoneSurrogates(body);
            json = JsonDocument.Parse(body).RootElement;
            problem = "";
            return true;
        }
        catch (UnreadableFileException exception)
        {
            problem = $"the answer is no text: {exception.Message}";
        }
        catch (JsonException)
        {
            problem = "the answer is not JSON";
        }
        return false;
    }

    /// <summary>A member of an object, where there is one of that kind.</summary>
    public static JsonElement? Member(this JsonElement? element, string name, JsonValueKind kind) =>
        element is { ValueKind: JsonValueKind.Object } holder && holder.TryGetProperty(name, out var value) && value.ValueKind == kind ? value : null;

    public static JsonElement? Member(this JsonElement element, string name, JsonValueKind kind) => Member((JsonElement?)element, name, kind);

    public static string? Text(this JsonElement element, string name) => element.Member(name, JsonValueKind.String)?.GetString();

    public static int? Number(this JsonElement? element, string name) => element.Member(name, JsonValueKind.Number) is { } number && number.TryGetInt32(out var value) ? value : null;

    /// <summary>A list of an object; null where there is none.</summary>
    public static JsonElement[]? Items(this JsonElement? element, string name) => element.Member(name, JsonValueKind.Array) is { } list ? [.. list.EnumerateArray()] : null;

    /// <summary>
    /// JSON can spell half of a surrogate pair, which no UTF-8 file can hold. It becomes U+FFFD, as in a decoder that replaces.
    /// In JSON a backslash stands in strings only.
    /// </summary>
    private static void ReplaceLoneSurrogates(Span<byte> json)
    {
        for (var at = 0; at + 1 < json.Length; at++)
        {
            if (json[at] != '\\')
                continue;
            var unit = Unit(json, at);
            if (unit is >= 0xD800 and <= 0xDBFF && Unit(json, at + 6) is >= 0xDC00 and <= 0xDFFF)
                at += 11;
            else if (unit is >= 0xD800 and <= 0xDFFF)
                "fffd"u8.CopyTo(json.Slice(at + 2, 4));
            else
                at++;
        }
    }

    /// <summary>The code unit that an escape at this place spells, or -1.</summary>
    private static int Unit(ReadOnlySpan<byte> json, int at) =>
        at + 6 <= json.Length && json[at] == '\\' && json[at + 1] == 'u'
        && int.TryParse(json.Slice(at + 2, 4), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var unit) ? unit : -1;
}
