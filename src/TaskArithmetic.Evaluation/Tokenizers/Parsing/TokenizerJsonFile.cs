using System.Text.Json;
using TaskArithmetic.Diagnostics;

namespace TaskArithmetic.Evaluation.Tokenizers.Parsing;

/// <summary>Opens a JSON file of a model folder, with coded errors.</summary>
internal static class TokenizerJsonFile
{
    public static JsonDocument Open(string path)
    {
        try
        {
            return JsonDocument.Parse(File.ReadAllBytes(path));
        }
        catch (JsonException e)
        {
            throw new DiagnosticException(TokenizerDiagnostics.NotJson(path, e.LineNumber, e.BytePositionInLine, Reason(e)), e);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new DiagnosticException(TokenizerDiagnostics.Unreadable(path, e.Message), e);
        }
    }

    // System.Text.Json appends the place, counted from zero, which the diagnostic already gives.
    private static string Reason(JsonException e)
    {
        var place = e.Message.IndexOf(" LineNumber:", StringComparison.Ordinal);
        return place < 0 ? e.Message : e.Message[..place];
    }
}
