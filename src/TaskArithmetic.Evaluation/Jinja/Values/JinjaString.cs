using TaskArithmetic.Evaluation.Jinja.Methods;
using TaskArithmetic.Evaluation.Jinja.Python;
using TaskArithmetic.Evaluation.Jinja.Rendering;

namespace TaskArithmetic.Evaluation.Jinja.Values;

/// <summary>Text; templates count it in Unicode code points.</summary>
internal sealed class JinjaString : JinjaValue
{
    private CodePoints? codePoints;

    /// <summary>Plain text.</summary>
    /// <param name="value">The text.</param>
    public JinjaString(string value) => Value = value;

    internal JinjaString(string value, bool isMarkup) : this(value) => IsMarkup = isMarkup;

    /// <summary>The text.</summary>
    public string Value { get; }

    /// <summary>Whether it went through <c>safe</c> or <c>escape</c>: text joined to it is escaped for HTML, as markupsafe does.</summary>
    internal bool IsMarkup { get; }

    /// <inheritdoc/>
    public override string TypeName => IsMarkup ? "Markup" : "str";

    internal CodePoints CodePoints => codePoints ??= new CodePoints(Value);

    internal override int? Length => CodePoints.Count;

    /// <inheritdoc/>
    public override bool IsTrue => Value.Length > 0;

    internal override bool IsIterable => true;

    internal override IEnumerable<JinjaValue> Iterate()
    {
        if (CodePoints.Count > PythonString.MaxParts)
            throw RenderError.Limit($"a text would fall into more than {PythonString.MaxParts} parts");
        for (var i = 0; i < CodePoints.Count; i++)
            yield return new JinjaString(CodePoints.At(i), IsMarkup);
    }

    internal override JinjaValue? GetItem(JinjaValue key) =>
        Slicing.Index(key, CodePoints.Count) is { } index ? new JinjaString(CodePoints.At(index), IsMarkup)
        : key is JinjaSlice slice ? new JinjaString(CodePoints.Slice(slice), IsMarkup)
        : null;

    internal override JinjaValue? GetAttribute(string name) => StringMethods.Find(this, name);

    /// <inheritdoc/>
    public override string ToString() => Value;

    internal override void WriteRepr(ReprWriter writer)
    {
        if (IsMarkup)
            writer.Text.Append("Markup(");
        PythonText.WriteRepr(writer.Text, Value);
        if (IsMarkup)
            writer.Text.Append(')');
    }
}
