using System.Text;
using CsCheck;

namespace TaskArithmetic.Text.Tests.Tokenizers;

/// <summary>Random well-formed texts.</summary>
internal static class UnicodeTexts
{
    private static readonly string[] Pieces = [" ", " ", "the", "he", "on", "ce", "t", "a", "n", "d", "é", "\n", "😀", ".", "  "];

    /// <summary>Code points of all planes, with ASCII, combining marks and Hangul often enough to meet each other.</summary>
    public static Gen<string> Any { get; } = Gen.OneOf(
            Gen.Int[0, 0x7F],
            Gen.Int[0x20, 0x24F],
            Gen.Int[0x300, 0x36F],
            Gen.Int[0x1100, 0x11FF],
            Gen.Int[0xAC00, 0xD7A3],
            Gen.Int[0, 0xD7FF],
            Gen.Int[0xE000, 0x10FFFF])
        .Array[0, 40].Select(codePoints => string.Concat(codePoints.Select(c => new Rune(c).ToString())));

    /// <summary>Words of few letters, so that merges meet, long enough to be more than one cached word.</summary>
    public static Gen<string> Wordy { get; } = Gen.Int[0, Pieces.Length - 1]
        .Select(i => Pieces[i])
        .Array[0, 120].Select(string.Concat);
}
