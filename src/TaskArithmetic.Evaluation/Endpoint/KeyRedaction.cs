using System.Text;

namespace TaskArithmetic.Evaluation.Endpoint;

/// <summary>Takes the key out of what a server says. Servers quote the key that they refuse, and a hostile one returns it as an answer, to be stored and passed on.</summary>
internal sealed class KeyRedaction
{
    private const string Replacement = "***";

    // Placeholders such as "EMPTY" or "none" are no secrets, and an answer may well hold such a word.
    private const int ShortestSecret = 8;

    private readonly string[] forms;
    private readonly bool isSecret;

    public KeyRedaction(string? key)
    {
        forms = key is null ? [] : [key, Uri.EscapeDataString(key), .. Base64(key), .. Base64("Bearer " + key)];
        isSecret = key?.Length >= ShortestSecret;
    }

    /// <summary>A message of the server, without the key in any spelling.</summary>
    public string OfMessage(string text) => forms.Aggregate(text, (rest, form) => rest.Replace(form, Replacement, StringComparison.OrdinalIgnoreCase));

    /// <summary>A text that counts, such as an answer.</summary>
    /// <returns>The text, the same object if the key is not in it.</returns>
    public string OfText(string text) =>
        isSecret && forms.Any(form => text.Contains(form, StringComparison.OrdinalIgnoreCase)) ? OfMessage(text) : text;

    private static IEnumerable<string> Base64(string text)
    {
        var plain = Convert.ToBase64String(Encoding.UTF8.GetBytes(text)).TrimEnd('=');
        // The last character depends on what follows.
        return [plain[..^1], plain.Replace('+', '-').Replace('/', '_')[..^1]];
    }
}
