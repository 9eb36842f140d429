using TaskArithmetic.Evaluation.Jinja.Python;
using TaskArithmetic.Evaluation.Jinja.Rendering;

namespace TaskArithmetic.Evaluation.Jinja.Values;

/// <summary>A variable, attribute or item that is not there; any use but the allowed ones raises the error that it carries.</summary>
internal sealed class JinjaUndefined(string message, bool strict, string errorType = "UndefinedError") : JinjaValue
{
    public override string TypeName => strict ? "StrictUndefined" : "Undefined";

    public RenderError Error => new(errorType, message);

    public bool IsStrict => strict;

    public override bool IsTrue => strict ? throw Error : false;

    internal override int? Length => strict ? throw Error : 0;

    internal override bool IsIterable => strict ? throw Error : true;

    internal override IEnumerable<JinjaValue> Iterate() => strict ? throw Error : [];

    internal override JinjaValue? GetItem(JinjaValue key) => throw Error;

    internal override JinjaValue? GetAttribute(string name) =>
        name.StartsWith("__", StringComparison.Ordinal) && name.EndsWith("__", StringComparison.Ordinal) ? null : throw Error;

    internal override JinjaValue Call(JinjaArguments arguments) => throw Error;

    public override string ToString() => strict ? throw Error : "";

    internal override void WriteRepr(ReprWriter writer) => writer.Text.Append("Undefined");
}
