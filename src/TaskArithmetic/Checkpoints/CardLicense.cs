using System.Text;
using TaskArithmetic.Diagnostics;
using TaskArithmetic.Files;

namespace TaskArithmetic.Checkpoints;

/// <summary>The licence that the card of a model folder names.</summary>
internal static class CardLicense
{
    private const string CardName = "README.md";

    /// <summary>The licence that a model folder's card names, or null.</summary>
    /// <exception cref="DiagnosticException">TA2028: the card cannot be read, or its front matter is not UTF-8.</exception>
    public static string? Of(string modelFolder)
    {
        var card = Path.Combine(modelFolder, CardName);
        if (!RegularFile.IsPresent(card))
            return null;
        try
        {
            using var lines = new StringReader(RegularFile.Text(FrontMatter(RegularFile.ReadBytes(card))));
            while (lines.ReadLine() is { } line)
            {
                if (line.StartsWith("license:", StringComparison.Ordinal))
                    return line["license:".Length..].Trim().Trim('"', '\'') is { Length: > 0 } license ? license : null;
            }
            return null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new DiagnosticException(CheckpointDiagnostics.NotCarried(card, e.Message), e);
        }
    }

    /// <summary>Why a model folder's card cannot be read; nothing where it can or is not there.</summary>
    public static IEnumerable<Diagnostic> Problems(string modelFolder)
    {
        try
        {
            Of(modelFolder);
            return [];
        }
        catch (DiagnosticException e)
        {
            return e.Diagnostics;
        }
    }

    /// <summary>What stands between the first line <c>---</c> and the next; nothing where the file does not begin so. The prose after it is nobody's to read.</summary>
    private static ReadOnlySpan<byte> FrontMatter(ReadOnlySpan<byte> card)
    {
        if (card.StartsWith(Encoding.UTF8.Preamble))
            card = card[Encoding.UTF8.Preamble.Length..];
        if (!card.StartsWith("---\n"u8) && !card.StartsWith("---\r\n"u8))
            return default;
        var rest = card["---".Length..];
        var end = rest.IndexOf("\n---\n"u8);
        if (end < 0)
            end = rest.IndexOf("\n---\r\n"u8);
        return end < 0 ? rest : rest[..end];
    }
}
