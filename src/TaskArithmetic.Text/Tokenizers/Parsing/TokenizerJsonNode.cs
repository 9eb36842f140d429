using System.Globalization;
using System.Text;
using System.Text.Json;
using TaskArithmetic.Diagnostics;

namespace TaskArithmetic.Text.Tokenizers.Parsing;

/// <summary>
/// One value of a tokenizer file with the place it stands at. A value of the wrong kind is noted in
/// <see cref="Problems"/> and read as empty, so that one load reports everything that is wrong.
/// </summary>
internal readonly struct TokenizerJsonNode(string file, string where, JsonElement element, ICollection<Diagnostic> problems)
{
    /// <summary>Longest token, in UTF-16 units; the longest in use have some hundreds.</summary>
    public const int LongestToken = 4096;

    // A file in which everything is wrong is described well enough by so many of its faults.
    private const int MostProblems = 100;

    // The last step of the path; a vocabulary has too many members to spell out the path of each.
    private readonly string? member;
    private readonly int index = -1;

    private TokenizerJsonNode(TokenizerJsonNode parent, string where, string? member, int index, JsonElement element)
        : this(parent.File, where, element, parent.Problems)
    {
        this.member = member;
        this.index = index;
    }

    public string File { get; } = file;

    public string Where => member is not null ? $"{where}.{member}" : index >= 0 ? $"{where}[{index}]" : where;

    public JsonElement Element { get; } = element;

    public ICollection<Diagnostic> Problems { get; } = problems;

    /// <summary>Whether the value is absent or null.</summary>
    public bool IsAbsent => Element.ValueKind is JsonValueKind.Undefined or JsonValueKind.Null;

    /// <summary>A member of an object; absent if this is no object or lacks it.</summary>
    public TokenizerJsonNode this[string name] =>
        new(this, Where, name, -1, Element.ValueKind == JsonValueKind.Object && Element.TryGetProperty(name, out var value) ? value : default);

    /// <summary>How many elements the array has; 0 for what is none.</summary>
    public int Length => Element.ValueKind == JsonValueKind.Array ? Element.GetArrayLength() : 0;

    /// <summary>The elements of an array, one at a time: a file may have millions.</summary>
    public IEnumerable<TokenizerJsonNode> Items()
    {
        if (Element.ValueKind != JsonValueKind.Array)
        {
            Expected("an array");
            yield break;
        }
        var path = Where;
        var count = 0;
        foreach (var item in Element.EnumerateArray())
            yield return new(this, path, null, count++, item);
    }

    /// <summary>The elements of an array that lists a few parts.</summary>
    public IEnumerable<TokenizerJsonNode> Parts()
    {
        // Those in use have a handful.
        const int most = 1_000;
        if (Length <= most)
            return Items();
        Expected(string.Create(CultureInfo.InvariantCulture, $"at most {most} elements"));
        return [];
    }

    /// <summary>The members of an object, in file order.</summary>
    public IEnumerable<(string Name, TokenizerJsonNode Value)> Members()
    {
        if (Element.ValueKind != JsonValueKind.Object)
        {
            Expected("an object");
            yield break;
        }
        var path = Where;
        foreach (var property in Element.EnumerateObject())
        {
            var name = property.Name;
            yield return (name, new(this, path, name, -1, property.Value));
        }
    }

    public string Text()
    {
        if (Element.ValueKind != JsonValueKind.String)
        {
            Expected("text");
            return "";
        }
        return Element.GetString()!;
    }

    /// <summary>Text of the length that tokens have.</summary>
    public string Token()
    {
        var text = Text();
        if (text.Length <= LongestToken)
            return text;
        Expected(string.Create(CultureInfo.InvariantCulture, $"text of at most {LongestToken} characters"));
        return "";
    }

    public string? TextOrNull() => IsAbsent ? null : Text();

    /// <summary>A required truth value, or the given one where the format has a default.</summary>
    public bool Flag(bool? whenAbsent = null)
    {
        if (Element.ValueKind is JsonValueKind.True or JsonValueKind.False)
            return Element.GetBoolean();
        if (whenAbsent is { } value && Element.ValueKind == JsonValueKind.Undefined)
            return value;
        Expected("true or false");
        return false;
    }

    public bool? FlagOrNull() => IsAbsent ? null : Flag();

    /// <summary>A whole number from 0 to 2³¹ − 1, as token ids are.</summary>
    public int Integer()
    {
        if (Element.ValueKind == JsonValueKind.Number && Element.TryGetInt32(out var value) && value >= 0)
            return value;
        Expected("a whole number from 0 to 2147483647");
        return 0;
    }

    /// <summary>Text of exactly one code point.</summary>
    public Rune Character()
    {
        var problemsBefore = Problems.Count;
        var text = Text();
        if (Rune.DecodeFromUtf16(text, out var rune, out var used) == System.Buffers.OperationStatus.Done && used == text.Length)
            return rune;
        if (Problems.Count == problemsBefore)
            Expected("text of one character");
        return new Rune(' ');
    }

    public void Expected(string what)
    {
        if (Problems.Count < MostProblems)
            Problems.Add(TokenizerDiagnostics.Malformed(File, Where, what, Found()));
    }

    public void Unsupported(string role, string kind, string supported)
    {
        if (Problems.Count < MostProblems)
            Problems.Add(TokenizerDiagnostics.UnsupportedKind(File, Where, role, kind, supported));
    }

    private string Found()
    {
        if (Element.ValueKind == JsonValueKind.Undefined)
            return "nothing";
        var text = Element.GetRawText();
        return text.Length <= 60 ? text : text[..60] + "…";
    }
}
