using TaskArithmetic.Evaluation.Jinja.Python;

namespace TaskArithmetic.Evaluation.Jinja.Values;

/// <summary>What <c>namespace()</c> gives: the one value whose attributes a template may set from inner scopes.</summary>
internal sealed class JinjaNamespace(JinjaDictionary attributes) : JinjaValue
{
    public override string TypeName => "Namespace";

    public void Set(string name, JinjaValue value) => attributes.Mutable[name] = value;

    internal override JinjaValue? GetAttribute(string name) => attributes.Find(name);

    internal override void WriteRepr(ReprWriter writer)
    {
        writer.Text.Append("<Namespace ");
        writer.Entries(attributes.Mutable);
        writer.Text.Append('>');
    }
}
