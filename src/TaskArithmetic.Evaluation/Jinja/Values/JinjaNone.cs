using TaskArithmetic.Evaluation.Jinja.Python;

namespace TaskArithmetic.Evaluation.Jinja.Values;

/// <summary>Python's <c>None</c>, JSON's <c>null</c>.</summary>
internal sealed class JinjaNone : JinjaValue
{
    private JinjaNone()
    {
    }

    /// <summary>The only one.</summary>
    public static JinjaNone Instance { get; } = new();

    /// <inheritdoc/>
    public override string TypeName => "NoneType";

    /// <inheritdoc/>
    public override bool IsTrue => false;

    internal override void WriteRepr(ReprWriter writer) => writer.Text.Append("None");
}
