using System.Text;
using System.Text.Json;
using System.Text.Unicode;

namespace TaskArithmetic.Files;

/// <summary>
/// The one way in which JSON of others is read. What comes out can be asked for any of its strings: bytes that are no
/// UTF-8 and halves of surrogate pairs, which <see cref="JsonElement"/> only meets when a string is asked for, are refused here.
/// Nesting ends at 64, the limit of <see cref="JsonDocument"/>.
/// </summary>
internal static class JsonFile
{
    /// <summary>Reads a file; a byte order mark is accepted, since editors add it and it changes nothing.</summary>
    /// <param name="path">The file.</param>
    /// <param name="most">Largest size in bytes that is read.</param>
    /// <param name="options">How strict the JSON must be.</param>
    /// <exception cref="JsonException">It is not JSON.</exception>
    /// <exception cref="IOException">As <see cref="RegularFile.ReadBytes"/>, or a string in it is no Unicode.</exception>
    /// <exception cref="UnauthorizedAccessException">It may not be read.</exception>
    public static JsonDocument Read(string path, long most = RegularFile.SmallMost, JsonDocumentOptions options = default) =>
        Parse(RegularFile.ReadBytes(path, most), options);

    /// <summary>As <see cref="Read"/>, of bytes already read.</summary>
    public static JsonDocument Parse(ReadOnlyMemory<byte> json, JsonDocumentOptions options = default)
    {
        if (json.Span.StartsWith(Encoding.UTF8.Preamble))
            json = json[Encoding.UTF8.Preamble.Length..];
        if (!Utf8.IsValid(json.Span))
            RegularFile.Text(json.Span);
        RequireUnicode(json.Span, options);
        return JsonDocument.Parse(json, options);
    }

    private static void RequireUnicode(ReadOnlySpan<byte> json, JsonDocumentOptions options)
    {
        // Only an escape can stand for half a pair once the bytes are UTF-8.
        if (json.IndexOf("\\ud"u8) < 0 && json.IndexOf("\\uD"u8) < 0)
            return;
        var reader = new Utf8JsonReader(json, new JsonReaderOptions
        {
            AllowTrailingCommas = options.AllowTrailingCommas,
            CommentHandling = options.CommentHandling,
            MaxDepth = options.MaxDepth,
        });
        while (reader.Read())
        {
            if (!reader.ValueIsEscaped || reader.TokenType is not (JsonTokenType.String or JsonTokenType.PropertyName))
                continue;
            try
            {
                reader.GetString();
            }
            catch (InvalidOperationException e)
            {
                throw new UnreadableFileException($"a text in it holds half a surrogate pair (byte {reader.TokenStartIndex})", e);
            }
        }
    }
}
