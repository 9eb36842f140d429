using TaskArithmetic.Text.Jinja.Methods;
using TaskArithmetic.Text.Jinja.Rendering;

namespace TaskArithmetic.Text.Python;

/// <summary>Text; templates count it in Unicode code points.</summary>
internal sealed class PythonString : PythonValue
{
    private CodePoints? codePoints;

    /// <summary>Plain text.</summary>
    /// <param name="value">The text.</param>
    public PythonString(string value) => Value = value;

    internal PythonString(string value, bool isMarkup) : this(value) => IsMarkup = isMarkup;

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

    internal override IEnumerable<PythonValue> Iterate()
    {
        if (CodePoints.Count > PythonStringOperations.MaxParts)
            throw RenderError.Limit($"a text would fall into more than {PythonStringOperations.MaxParts} parts");
        for (var i = 0; i < CodePoints.Count; i++)
            yield return new PythonString(CodePoints.At(i), IsMarkup);
    }

    internal override PythonValue? GetItem(PythonValue key) =>
        Slicing.Index(key, CodePoints.Count) is { } index ? new PythonString(CodePoints.At(index), IsMarkup)
        : key is PythonSlice slice ? new PythonString(CodePoints.Slice(slice), IsMarkup)
        : null;

    internal override PythonValue? GetAttribute(string name) => StringMethods.Find(this, name);

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
