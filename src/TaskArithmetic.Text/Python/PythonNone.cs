
namespace TaskArithmetic.Text.Python;

/// <summary>Python's <c>None</c>, JSON's <c>null</c>.</summary>
internal sealed class PythonNone : PythonValue
{
    private PythonNone()
    {
    }

    /// <summary>The only one.</summary>
    public static PythonNone Instance { get; } = new();

    /// <inheritdoc/>
    public override string TypeName => "NoneType";

    /// <inheritdoc/>
    public override bool IsTrue => false;

    internal override void WriteRepr(ReprWriter writer) => writer.Text.Append("None");
}
