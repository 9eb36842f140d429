using System.Numerics;
using System.Text.Json;
using TaskArithmetic.Evaluation.Jinja.Python;
using TaskArithmetic.Evaluation.Jinja.Rendering;

namespace TaskArithmetic.Evaluation.Jinja.Values;

/// <summary>
/// A value that templates can see. The set of kinds is closed: a template reaches text, numbers, lists and
/// dictionaries that were put in, never an object of the program.
/// </summary>
public abstract class JinjaValue
{
    private protected JinjaValue()
    {
    }

    /// <summary>The name of the Python type that this kind stands for, such as <c>str</c> or <c>NoneType</c>.</summary>
    public abstract string TypeName { get; }

    /// <summary>The truth value that Python's <c>bool()</c> gives.</summary>
    public virtual bool IsTrue => Length is not 0;

    /// <summary>What <c>len()</c> gives, in code points for text; null where Python has no length.</summary>
    internal virtual int? Length => null;

    internal virtual bool IsIterable => false;

    internal virtual IEnumerable<JinjaValue> Iterate() => throw RenderError.Type($"'{TypeName}' object is not iterable");

    /// <summary>What <c>self[key]</c> gives, or null where Python raises a lookup or type error.</summary>
    internal virtual JinjaValue? GetItem(JinjaValue key) => null;

    /// <summary>What <c>self.name</c> gives, or null where Python raises an attribute error.</summary>
    internal virtual JinjaValue? GetAttribute(string name) => null;

    internal virtual JinjaValue Call(JinjaArguments arguments) => throw RenderError.Type($"'{TypeName}' object is not callable");

    internal virtual void WriteRepr(ReprWriter writer) => writer.Text.Append($"<{TypeName} object>");

    /// <summary>The text that Python's <c>str()</c> gives.</summary>
    public override string ToString()
    {
        var writer = new ReprWriter();
        WriteRepr(writer);
        return writer.Text.ToString();
    }

    /// <summary>The value of a JSON document as Python's <c>json.loads</c> reads it: numbers without fraction and exponent are integers of any size.</summary>
    /// <param name="element">The document or a part of it.</param>
    public static JinjaValue FromJson(JsonElement element) => element.ValueKind switch
    {
        JsonValueKind.Object => new JinjaDictionary(element.EnumerateObject().Select(p => KeyValuePair.Create<JinjaValue, JinjaValue>(p.Name, FromJson(p.Value)))),
        JsonValueKind.Array => new JinjaList(element.EnumerateArray().Select(FromJson)),
        JsonValueKind.String => new JinjaString(element.GetString()!),
        JsonValueKind.True => JinjaBoolean.True,
        JsonValueKind.False => JinjaBoolean.False,
        JsonValueKind.Number => FromJsonNumber(element),
        _ => JinjaNone.Instance,
    };

    private static JinjaValue FromJsonNumber(JsonElement element)
    {
        var text = element.GetRawText();
        return text.AsSpan().IndexOfAny(".eE") >= 0 ? new JinjaFloat(element.GetDouble()) : new JinjaInteger(BigInteger.Parse(text, System.Globalization.CultureInfo.InvariantCulture));
    }

    /// <summary>Text as a template value; null becomes None.</summary>
    public static implicit operator JinjaValue(string? text) => text is null ? JinjaNone.Instance : new JinjaString(text);

    /// <summary>An integer as a template value.</summary>
    public static implicit operator JinjaValue(long number) => new JinjaInteger(number);

    /// <summary>An integer as a template value.</summary>
    public static implicit operator JinjaValue(int number) => new JinjaInteger(number);

    /// <summary>A float as a template value.</summary>
    public static implicit operator JinjaValue(double number) => new JinjaFloat(number);

    /// <summary>A truth value as a template value.</summary>
    public static implicit operator JinjaValue(bool value) => value ? JinjaBoolean.True : JinjaBoolean.False;
}
