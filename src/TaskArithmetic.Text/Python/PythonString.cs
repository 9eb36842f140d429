namespace TaskArithmetic.Text.Python;

/// <summary>Text; templates count it in Unicode code points.</summary>
/// <param name="value">The text.</param>
/// <param name="isMarkup">Whether it went through <c>safe</c> or <c>escape</c>: text joined to it is escaped for HTML, as markupsafe does.</param>
internal sealed class PythonString(string value, bool isMarkup = false) : PythonValue
{
    private CodePoints? codePoints;

    public string Value => value;

    public bool IsMarkup => isMarkup;

    public override string TypeName => isMarkup ? "Markup" : "str";

    internal CodePoints CodePoints => codePoints ??= new CodePoints(value);

    internal override int? Length => CodePoints.Count;

    public override bool IsTrue => value.Length > 0;

    internal override bool IsIterable => true;

    internal override IEnumerable<PythonValue> Iterate()
    {
        if (CodePoints.Count > PythonLimits.Default.MaxItems)
            throw PythonError.Limit($"a text would fall into more than {PythonLimits.Default.MaxItems} parts");
        for (var i = 0; i < CodePoints.Count; i++)
            yield return new PythonString(CodePoints.Sub(i, 1), isMarkup);
    }

    internal override PythonValue? GetItem(PythonValue key) =>
        PythonSlice.Index(key, CodePoints.Count) is { } index ? new PythonString(CodePoints.Sub(index, 1), isMarkup)
        : key is PythonSlice slice ? new PythonString(CodePoints.Slice(slice), isMarkup)
        : null;

    internal override PythonValue? GetAttribute(string name) => StringMethods.Find(this, name);

    public override string ToString() => value;

    internal override void WriteRepr(ReprWriter writer)
    {
        if (isMarkup)
            writer.Text.Append("Markup(");
        PythonText.WriteRepr(writer.Text, value);
        if (isMarkup)
            writer.Text.Append(')');
    }

    /// <summary>Escapes for HTML as markupsafe does.</summary>
    public static string EscapeHtml(string text) => text
        .Replace("&", "&amp;", StringComparison.Ordinal)
        .Replace(">", "&gt;", StringComparison.Ordinal)
        .Replace("<", "&lt;", StringComparison.Ordinal)
        .Replace("'", "&#39;", StringComparison.Ordinal)
        .Replace("\"", "&#34;", StringComparison.Ordinal);
}
