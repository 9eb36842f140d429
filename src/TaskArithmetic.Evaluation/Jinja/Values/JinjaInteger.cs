using System.Globalization;
using System.Numerics;
using TaskArithmetic.Evaluation.Jinja.Python;

namespace TaskArithmetic.Evaluation.Jinja.Values;

/// <summary>An integer of any size.</summary>
/// <param name="value">The integer.</param>
internal sealed class JinjaInteger(BigInteger value) : JinjaValue
{
    /// <summary>The integer.</summary>
    public BigInteger Value { get; } = value;

    /// <inheritdoc/>
    public override string TypeName => "int";

    /// <inheritdoc/>
    public override bool IsTrue => !Value.IsZero;

    internal override JinjaValue? GetAttribute(string name) => name switch
    {
        "real" or "numerator" => this,
        "imag" => new JinjaInteger(0),
        "denominator" => new JinjaInteger(1),
        _ => null,
    };

    internal override void WriteRepr(ReprWriter writer) => writer.Text.Append(Value.ToString(CultureInfo.InvariantCulture));
}
