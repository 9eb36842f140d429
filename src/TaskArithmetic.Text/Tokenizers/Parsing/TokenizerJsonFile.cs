using System.Text.Json;
using TaskArithmetic.Diagnostics;
using TaskArithmetic.Files;

namespace TaskArithmetic.Text.Tokenizers.Parsing;

/// <summary>Opens a JSON file of a model folder, with coded errors.</summary>
internal static class TokenizerJsonFile
{
    /// <summary>Largest file read: 128 MiB. The largest tokenizers in use have some 35.</summary>
    private const long Most = 128L << 20;

    public static JsonDocument Open(string path)
    {
        try
        {
            return Parse(path, RegularFile.ReadBytes(path, Most));
        }
        catch (JsonException e)
        {
            throw new DiagnosticException(TokenizerDiagnostics.NotJson(path, e.LineNumber, e.BytePositionInLine, Reason(e)), e);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new DiagnosticException(TokenizerDiagnostics.Unreadable(path, e.Message + "."), e);
        }
    }

    private static JsonDocument Parse(string path, byte[] json)
    {
        try
        {
            return JsonFile.Parse(json);
        }
        catch (UnreadableFileException e)
        {
            throw new DiagnosticException(TokenizerDiagnostics.Malformed(path, "$", "text", e.Message), e);
        }
    }

    // System.Text.Json appends the place, counted from zero, which the diagnostic already gives.
    private static string Reason(JsonException e)
    {
        var place = e.Message.IndexOf(" LineNumber:", StringComparison.Ordinal);
        return place < 0 ? e.Message : e.Message[..place];
    }
}
