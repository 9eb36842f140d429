using TaskArithmetic.Diagnostics;

namespace TaskArithmetic.Text.Tokenizers;

/// <summary>
/// Bounds what a tokenizer file may make of a text: replacements that double it, one after another, would take all memory.
/// </summary>
internal static class TextGrowth
{
    /// <summary>Longest text that normalizing, cutting or decoding may give, in UTF-16 units. No model reads a hundredth of it.</summary>
    public const int Most = 16 << 20;

    /// <summary>Refuses a text that became too long.</summary>
    /// <param name="length">Its length in UTF-16 units.</param>
    /// <exception cref="DiagnosticException">TA2311.</exception>
    public static void Require(long length)
    {
        if (length > Most)
            throw new DiagnosticException(TokenizerDiagnostics.TextGrows(Most));
    }
}
