using TaskArithmetic.Text.Jinja.Values;

namespace TaskArithmetic.Text.Python;

/// <summary>A double-precision number.</summary>
/// <param name="value">The number.</param>
internal sealed class PythonFloat(double value) : PythonValue
{
    /// <summary>The number.</summary>
    public double Value { get; } = value;

    /// <inheritdoc/>
    public override string TypeName => "float";

    /// <inheritdoc/>
    public override bool IsTrue => Value != 0;

    internal override PythonValue? GetAttribute(string name) => name switch
    {
        "real" => this,
        "imag" => new PythonFloat(0),
        "is_integer" => new JinjaCallable(name, _ => double.IsFinite(Value) && Math.Floor(Value) == Value),
        _ => null,
    };

    internal override void WriteRepr(ReprWriter writer) => writer.Text.Append(FloatText.Repr(Value));
}
