using System.Numerics;
using System.Runtime.CompilerServices;
using System.Text.Json;

namespace TaskArithmetic.Text.Python;

/// <summary>
/// A value that templates can see. The set of kinds is closed: a template reaches text, numbers, lists and
/// dictionaries that were put in, never an object of the program.
/// </summary>
public abstract class PythonValue
{
    private protected PythonValue()
    {
    }

    /// <summary>The name of the Python type that this kind stands for, such as <c>str</c> or <c>NoneType</c>.</summary>
    public abstract string TypeName { get; }

    /// <summary>The truth value that Python's <c>bool()</c> gives.</summary>
    public virtual bool IsTrue => Length is not 0;

    /// <summary>What <c>len()</c> gives, in code points for text; null where Python has no length.</summary>
    internal virtual int? Length => null;

    internal virtual bool IsIterable => false;

    /// <summary>The error that computing with this value raises whatever the operation, null for values that are there.</summary>
    internal virtual PythonError? Misuse => null;

    internal virtual IEnumerable<PythonValue> Iterate() => throw PythonError.Type($"'{TypeName}' object is not iterable");

    /// <summary>What <c>self[key]</c> gives, or null where Python raises a lookup or type error.</summary>
    internal virtual PythonValue? GetItem(PythonValue key) => null;

    /// <summary>What <c>self.name</c> gives, or null where Python raises an attribute error.</summary>
    internal virtual PythonValue? GetAttribute(string name) => null;

    internal virtual PythonValue Call(PythonBudget budget, PythonArguments arguments) => throw PythonError.Type($"'{TypeName}' object is not callable");

    internal virtual void WriteRepr(ReprWriter writer) => writer.Text.Append($"<{TypeName} object>");

    /// <summary>Equality of values that have no content to compare.</summary>
    internal virtual bool IsSame(PythonValue other) => ReferenceEquals(this, other);

    /// <summary>The hash that goes with <see cref="IsSame"/>.</summary>
    internal virtual int IdentityHash() => RuntimeHelpers.GetHashCode(this);

    /// <summary>The text that Python's <c>str()</c> gives.</summary>
    public override string ToString() => Repr();

    /// <summary>The text that Python's <c>repr()</c> gives.</summary>
    internal string Repr()
    {
        var writer = new ReprWriter();
        writer.Value(this);
        return writer.Text.ToString();
    }

    /// <summary>The value of a JSON document as Python's <c>json.loads</c> reads it: numbers without fraction and exponent are integers of any size.</summary>
    /// <param name="element">The document or a part of it.</param>
    public static PythonValue FromJson(JsonElement element) => element.ValueKind switch
    {
        JsonValueKind.Object => new PythonDictionary(element.EnumerateObject().Select(p => KeyValuePair.Create<PythonValue, PythonValue>(p.Name, FromJson(p.Value)))),
        JsonValueKind.Array => new PythonList(element.EnumerateArray().Select(FromJson)),
        JsonValueKind.String => new PythonString(element.GetString()!),
        JsonValueKind.True => PythonBoolean.True,
        JsonValueKind.False => PythonBoolean.False,
        JsonValueKind.Number when element.GetRawText() is var text => text.AsSpan().IndexOfAny(".eE") >= 0
            ? new PythonFloat(element.GetDouble())
            : new PythonInteger(BigInteger.Parse(text, System.Globalization.CultureInfo.InvariantCulture)),
        _ => PythonNone.Instance,
    };

    /// <summary>Text as a template value; null becomes None.</summary>
    public static implicit operator PythonValue(string? text) => text is null ? PythonNone.Instance : new PythonString(text);

    /// <summary>An integer as a template value.</summary>
    public static implicit operator PythonValue(long number) => new PythonInteger(number);

    /// <summary>An integer as a template value.</summary>
    public static implicit operator PythonValue(int number) => new PythonInteger(number);

    /// <summary>A float as a template value.</summary>
    public static implicit operator PythonValue(double number) => new PythonFloat(number);

    /// <summary>A truth value as a template value.</summary>
    public static implicit operator PythonValue(bool value) => value ? PythonBoolean.True : PythonBoolean.False;
}
