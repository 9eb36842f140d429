using TaskArithmetic.Evaluation.Jinja.Python;

namespace TaskArithmetic.Evaluation.Jinja.Values;

/// <summary>A double-precision number.</summary>
/// <param name="value">The number.</param>
internal sealed class JinjaFloat(double value) : JinjaValue
{
    /// <summary>The number.</summary>
    public double Value { get; } = value;

    /// <inheritdoc/>
    public override string TypeName => "float";

    /// <inheritdoc/>
    public override bool IsTrue => Value != 0;

    internal override JinjaValue? GetAttribute(string name) => name switch
    {
        "real" => this,
        "imag" => new JinjaFloat(0),
        "is_integer" => new JinjaCallable(name, _ => double.IsFinite(Value) && Math.Floor(Value) == Value),
        _ => null,
    };

    internal override void WriteRepr(ReprWriter writer) => writer.Text.Append(PythonFloat.Repr(Value));
}
