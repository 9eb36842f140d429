using TaskArithmetic.Text.Python;

namespace TaskArithmetic.Text.Jinja.Values;

/// <summary>What <c>namespace()</c> gives: the one value whose attributes a template may set from inner scopes.</summary>
internal sealed class JinjaNamespace(PythonDictionary attributes) : PythonValue
{
    public override string TypeName => "Namespace";

    public void Set(string name, PythonValue value) => attributes.Mutable[name] = value;

    internal override PythonValue? GetAttribute(string name) => attributes.Find(name);

    internal override void WriteRepr(ReprWriter writer)
    {
        writer.Text.Append("<Namespace ");
        writer.Entries(attributes.Mutable);
        writer.Text.Append('>');
    }
}
