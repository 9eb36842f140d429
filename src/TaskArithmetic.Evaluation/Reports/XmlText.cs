using System.Xml;

namespace TaskArithmetic.Evaluation.Reports;

/// <summary>Text as XML can carry it.</summary>
internal static class XmlText
{
    /// <summary>
    /// Replaces what XML 1.0 has no way to write, escaped or not (control characters, lone surrogates), by U+FFFD.
    /// Models do produce such characters; escaping of the others is the writer's.
    /// </summary>
    public static string Clean(string text)
    {
        if (text.All(XmlConvert.IsXmlChar))
            return text;
        var clean = text.ToCharArray();
        for (var i = 0; i < clean.Length; i++)
        {
            if (char.IsHighSurrogate(clean[i]) && i + 1 < clean.Length && char.IsLowSurrogate(clean[i + 1]))
                i++;
            else if (!XmlConvert.IsXmlChar(clean[i]))
                clean[i] = '\uFFFD';
        }
        return new string(clean);
    }
}
