using System.Globalization;
using System.Numerics;

namespace TaskArithmetic.Text.Python;

/// <summary>An integer of any size.</summary>
/// <param name="value">The integer.</param>
internal sealed class PythonInteger(BigInteger value) : PythonValue
{
    /// <summary>The integer.</summary>
    public BigInteger Value { get; } = value;

    /// <inheritdoc/>
    public override string TypeName => "int";

    /// <inheritdoc/>
    public override bool IsTrue => !Value.IsZero;

    internal override PythonValue? GetAttribute(string name) => name switch
    {
        "real" or "numerator" => this,
        "imag" => new PythonInteger(0),
        "denominator" => new PythonInteger(1),
        _ => null,
    };

    internal override void WriteRepr(ReprWriter writer) => writer.Text.Append(Value.ToString(CultureInfo.InvariantCulture));
}
