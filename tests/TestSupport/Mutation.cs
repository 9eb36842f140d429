using System.Buffers;
using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;

namespace TaskArithmetic.TestSupport;

/// <summary>
/// Damages seeds in every way in which files get damaged, by chance or on purpose: bytes, lines, brackets, numbers, words of the
/// format, pieces of other seeds. The same seeds, words and number always give the same mutant.
/// </summary>
/// <param name="seeds">Whole files that are read well.</param>
/// <param name="words">Words of the format, put in at random places.</param>
internal sealed partial class Mutation(IReadOnlyList<byte[]> seeds, IReadOnlyList<string>? words = null)
{
    private const int MostBytes = 1 << 20;

    private static readonly string[] Numbers =
    [
        "0", "-1", "1", "2147483647", "2147483648", "-2147483649", "9223372036854775807", "9223372036854775808", "1e309", "-1e-400", "NaN", "Infinity",
        ".nan", ".inf", "1.5", "0x10", "1_000", "00", "1e99999999", new string('9', 400), "true", "null", "\"\"", "[]", "{}",
    ];

    private static readonly byte[][] Bytes =
    [
        [0], [0xff], [0xc0, 0x80], [0xed, 0xa0, 0x80], [0xf4, 0x90, 0x80, 0x80], [0xef, 0xbb, 0xbf], [0xe2, 0x80, 0xa8], [0x1b, (byte)'[', (byte)'2', (byte)'J'],
        [(byte)'\r', (byte)'\n'], "\\ud800"u8.ToArray(), "\\u0000"u8.ToArray(), "\\"u8.ToArray(), "\""u8.ToArray(), "\t"u8.ToArray(), "\n"u8.ToArray(), "../"u8.ToArray(), "/dev/zero"u8.ToArray(),
    ];

    private readonly byte[][] seeds = [.. seeds];
    private readonly byte[][] words = [.. (words ?? []).Select(Encoding.UTF8.GetBytes)];

    /// <summary>How many mutants to try: <c>TASKARITHMETIC_MUTATIONS</c> for long runs by hand, else the given number.</summary>
    public static int Count(int usual) =>
        int.TryParse(Environment.GetEnvironmentVariable("TASKARITHMETIC_MUTATIONS"), NumberStyles.None, CultureInfo.InvariantCulture, out var count) ? count : usual;

    /// <summary>The mutant of a number; each gets one to four changes.</summary>
    public byte[] Make(int number)
    {
        var random = new Random(unchecked(number * 7919 + 17));
        var bytes = seeds[random.Next(seeds.Length)];
        for (var changes = 1 + random.Next(4); changes > 0; changes--)
            bytes = Change(bytes, random);
        return bytes.Length <= MostBytes ? bytes : bytes[..MostBytes];
    }

    private byte[] Change(byte[] bytes, Random random)
    {
        if (bytes.Length == 0)
            return Bytes[random.Next(Bytes.Length)];
        var at = random.Next(bytes.Length);
        var end = Math.Min(bytes.Length, at + 1 + (random.Next(4) == 0 ? random.Next(bytes.Length) : random.Next(16)));
        switch (random.Next(16))
        {
            case 0:
                var flipped = bytes.ToArray();
                flipped[at] ^= (byte)(1 << random.Next(8));
                return flipped;
            case 1:
                var replaced = bytes.ToArray();
                replaced[at] = (byte)random.Next(256);
                return replaced;
            case 2:
                return Splice(bytes, at, at, Bytes[random.Next(Bytes.Length)]);
            case 3:
                return Splice(bytes, at, end, []);
            case 4:
                return Splice(bytes, end, end, Repeat(bytes[at..end], 1 + random.Next(random.Next(8) == 0 ? 2000 : 40)));
            case 5:
                return bytes[..at];
            case 6:
                var other = seeds[random.Next(seeds.Length)];
                var from = random.Next(other.Length);
                return Splice(bytes, at, end, other[from..Math.Min(other.Length, from + random.Next(200))]);
            case 7 or 8:
                return ReplaceNumber(bytes, random);
            case 9:
                var opening = "[{(\"'<&*-?|>!%@`"[random.Next(16)].ToString();
                return Splice(bytes, at, at, Repeat(Encoding.ASCII.GetBytes(opening), 1 + random.Next(random.Next(6) == 0 ? 60_000 : 20)));
            case 10 or 11 when words.Length > 0:
                return Splice(bytes, at, random.Next(2) == 0 ? at : end, words[random.Next(words.Length)]);
            case 12:
                return ChangeLines(bytes, random);
            default:
                return ReplaceWord(bytes, random);
        }
    }

    private static byte[] ReplaceNumber(byte[] bytes, Random random)
    {
        // Latin-1 keeps every byte as one character, so places agree.
        var matches = NumberForm().Matches(Encoding.Latin1.GetString(bytes));
        if (matches.Count == 0)
            return bytes;
        var match = matches[random.Next(matches.Count)];
        return Splice(bytes, match.Index, match.Index + match.Length, Encoding.ASCII.GetBytes(Numbers[random.Next(Numbers.Length)]));
    }

    /// <summary>One word of the file, or of the format, in the place of another.</summary>
    private byte[] ReplaceWord(byte[] bytes, Random random)
    {
        var matches = WordForm().Matches(Encoding.Latin1.GetString(bytes));
        if (matches.Count == 0)
            return bytes;
        var (match, source) = (matches[random.Next(matches.Count)], matches[random.Next(matches.Count)]);
        var word = random.Next(3) switch
        {
            0 when words.Length > 0 => words[random.Next(words.Length)],
            1 => Encoding.ASCII.GetBytes(Numbers[random.Next(Numbers.Length)]),
            _ => bytes[source.Index..(source.Index + source.Length)],
        };
        return Splice(bytes, match.Index, match.Index + match.Length, word);
    }

    private static byte[] ChangeLines(byte[] bytes, Random random)
    {
        var lines = Encoding.Latin1.GetString(bytes).Split('\n').ToList();
        var (at, other) = (random.Next(lines.Count), random.Next(lines.Count));
        switch (random.Next(5))
        {
            case 0:
                lines.RemoveAt(at);
                break;
            case 1:
                lines.Insert(other, lines[at]);
                break;
            case 2:
                (lines[at], lines[other]) = (lines[other], lines[at]);
                break;
            case 3:
                lines[at] = new string(' ', random.Next(9)) + lines[at].TrimStart();
                break;
            default:
                lines[at] += lines[other];
                break;
        }
        return Encoding.Latin1.GetBytes(string.Join('\n', lines));
    }

    private static byte[] Splice(byte[] bytes, int from, int to, byte[] insert) => [.. bytes.AsSpan(0, from), .. insert, .. bytes.AsSpan(to)];

    private static byte[] Repeat(byte[] piece, int times)
    {
        var writer = new ArrayBufferWriter<byte>();
        for (var i = 0; i < times && writer.WrittenCount < MostBytes; i++)
            writer.Write(piece);
        return writer.WrittenSpan.ToArray();
    }

    [GeneratedRegex(@"-?[0-9]+(?:\.[0-9]+)?", RegexOptions.CultureInvariant)]
    private static partial Regex NumberForm();

    [GeneratedRegex(@"[A-Za-z_][A-Za-z0-9_]*|""[^""\n]{0,80}""", RegexOptions.CultureInvariant)]
    private static partial Regex WordForm();
}
