using System;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using System.Text;

namespace TaskArithmetic.Build;

/// <summary>The little JSON that a task writes: MSBuild's hosts bring no serializer that tasks could share.</summary>
internal static class JsonText
{
    /// <summary>Deepest nesting that is taken for JSON.</summary>
    private const int Deepest = 8;

    /// <summary>A string with its quotes.</summary>
    public static string Of(string text)
    {
        var json = new StringBuilder("\"");
        foreach (var c in text)
        {
            if (c is '"' or '\\')
                json.Append('\\').Append(c);
            else if (c < ' ' || char.IsSurrogate(c))
                json.Append("\\u").Append(((int)c).ToString("x4", CultureInfo.InvariantCulture));
            else
                json.Append(c);
        }
        return json.Append('"').ToString();
    }

    /// <summary>Metadata as a value: a number, a switch, a list or an object as they are, anything else as a string. Who reads it knows what belongs there.</summary>
    public static string Value(string text)
    {
        var trimmed = text.Trim();
        if (bool.TryParse(trimmed, out var flag))
            return flag ? "true" : "false";
        var at = 0;
        return IsValue(trimmed, ref at, 0) && at == trimmed.Length ? trimmed : Of(trimmed);
    }

    /// <summary>An object in one line.</summary>
    public static string Object(IEnumerable<KeyValuePair<string, string>> members) =>
        "{ " + string.Join(", ", members.Select(m => $"{Of(m.Key)}: {m.Value}")) + " }";

    private static bool IsValue(string text, ref int at, int depth)
    {
        Skip(text, ref at);
        if (at >= text.Length || depth > Deepest)
            return false;
        switch (text[at])
        {
            case '[':
                return IsSequence(text, ref at, ']', (ref int i) => IsValue(text, ref i, depth + 1));
            case '{':
                return IsSequence(text, ref at, '}', (ref int i) => IsString(text, ref i) && Takes(text, ref i, ':') && IsValue(text, ref i, depth + 1));
            case '"':
                return IsString(text, ref at);
            default:
                return IsWord(text, ref at, "true") || IsWord(text, ref at, "false") || IsNumber(text, ref at);
        }
    }

    private delegate bool Part(ref int at);

    private static bool IsSequence(string text, ref int at, char end, Part isPart)
    {
        at++;
        if (Takes(text, ref at, end))
            return true;
        do
        {
            if (!isPart(ref at))
                return false;
        }
        while (Takes(text, ref at, ','));
        return Takes(text, ref at, end);
    }

    private static bool IsString(string text, ref int at)
    {
        if (!Takes(text, ref at, '"'))
            return false;
        for (; at < text.Length && text[at] >= ' '; at++)
        {
            if (text[at] == '"')
            {
                at++;
                return true;
            }
            // Escapes are left to the reader, apart from those that would end the string too early.
            if (text[at] == '\\' && (++at >= text.Length || "\"\\/bfnrt".IndexOf(text[at]) < 0))
                return false;
        }
        return false;
    }

    private static bool IsNumber(string text, ref int at)
    {
        var start = at;
        if (at < text.Length && text[at] == '-')
            at++;
        var first = at;
        if (!Digits(text, ref at) || (text[first] == '0' && at > first + 1))
            return false;
        if (at < text.Length && text[at] == '.' && !(++at < text.Length && Digits(text, ref at)))
            return false;
        if (at >= text.Length || text[at] is not ('e' or 'E'))
            return at > start;
        at++;
        if (at < text.Length && text[at] is ('+' or '-'))
            at++;
        return Digits(text, ref at);
    }

    private static bool Digits(string text, ref int at)
    {
        var start = at;
        while (at < text.Length && text[at] is >= '0' and <= '9')
            at++;
        return at > start;
    }

    private static bool IsWord(string text, ref int at, string word)
    {
        if (string.CompareOrdinal(text, at, word, 0, word.Length) != 0)
            return false;
        at += word.Length;
        return true;
    }

    private static bool Takes(string text, ref int at, char c)
    {
        Skip(text, ref at);
        if (at >= text.Length || text[at] != c)
            return false;
        at++;
        return true;
    }

    private static void Skip(string text, ref int at)
    {
        while (at < text.Length && text[at] is (' ' or '\t' or '\r' or '\n'))
            at++;
    }
}
