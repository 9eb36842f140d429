using System.Globalization;
using System.Numerics;

namespace TaskArithmetic.Text.Python;

/// <summary>Python's <c>None</c>, JSON's <c>null</c>.</summary>
internal sealed class PythonNone : PythonValue
{
    public static PythonNone Instance { get; } = new();

    public override string TypeName => "NoneType";

    public override bool IsTrue => false;

    internal override void WriteRepr(ReprWriter writer) => writer.Text.Append("None");
}

/// <summary>A truth value; in arithmetic it is 0 or 1.</summary>
internal sealed class PythonBoolean : PythonValue
{
    private PythonBoolean(bool value) => Value = value;

    public static PythonBoolean True { get; } = new(true);

    public static PythonBoolean False { get; } = new(false);

    public bool Value { get; }

    public override string TypeName => "bool";

    public override bool IsTrue => Value;

    internal override void WriteRepr(ReprWriter writer) => writer.Text.Append(Value ? "True" : "False");
}

/// <summary>An integer of any size.</summary>
internal sealed class PythonInteger(BigInteger value) : PythonValue
{
    public BigInteger Value => value;

    public override string TypeName => "int";

    public override bool IsTrue => !value.IsZero;

    internal override void WriteRepr(ReprWriter writer) => writer.Text.Append(value.ToString(CultureInfo.InvariantCulture));
}

/// <summary>A double-precision number.</summary>
internal sealed class PythonFloat(double value) : PythonValue
{
    public double Value => value;

    public override string TypeName => "float";

    public override bool IsTrue => value != 0;

    internal override void WriteRepr(ReprWriter writer) => writer.Text.Append(NumberText.Repr(value));
}
