
namespace TaskArithmetic.Text.Python;

/// <summary>A truth value; in arithmetic it is 0 or 1.</summary>
internal sealed class PythonBoolean : PythonValue
{
    private PythonBoolean(bool value) => Value = value;

    /// <summary>Python's <c>True</c>.</summary>
    public static PythonBoolean True { get; } = new(true);

    /// <summary>Python's <c>False</c>.</summary>
    public static PythonBoolean False { get; } = new(false);

    /// <summary>The truth value.</summary>
    public bool Value { get; }

    /// <inheritdoc/>
    public override string TypeName => "bool";

    /// <inheritdoc/>
    public override bool IsTrue => Value;

    internal override void WriteRepr(ReprWriter writer) => writer.Text.Append(Value ? "True" : "False");
}
