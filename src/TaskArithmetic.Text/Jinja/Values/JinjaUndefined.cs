using TaskArithmetic.Text.Jinja.Rendering;
using TaskArithmetic.Text.Python;

namespace TaskArithmetic.Text.Jinja.Values;

/// <summary>A variable, attribute or item that is not there; any use but the allowed ones raises the error that it carries.</summary>
internal sealed class JinjaUndefined(string message, bool strict, string errorType = "UndefinedError") : PythonValue
{
    public override string TypeName => strict ? "StrictUndefined" : "Undefined";

    public RenderError Error => new(errorType, message);

    public bool IsStrict => strict;

    public override bool IsTrue => strict ? throw Error : false;

    internal override int? Length => strict ? throw Error : 0;

    internal override bool IsIterable => strict ? throw Error : true;

    internal override IEnumerable<PythonValue> Iterate() => strict ? throw Error : [];

    internal override PythonValue? GetItem(PythonValue key) => throw Error;

    internal override PythonValue? GetAttribute(string name) =>
        name.StartsWith("__", StringComparison.Ordinal) && name.EndsWith("__", StringComparison.Ordinal) ? null : throw Error;

    internal override PythonValue Call(JinjaArguments arguments) => throw Error;

    public override string ToString() => strict ? throw Error : "";

    internal override void WriteRepr(ReprWriter writer) => writer.Text.Append("Undefined");
}
