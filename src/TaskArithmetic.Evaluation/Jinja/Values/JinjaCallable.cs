using TaskArithmetic.Evaluation.Jinja.Python;

namespace TaskArithmetic.Evaluation.Jinja.Values;

/// <summary>A function or a method bound to its value.</summary>
internal sealed class JinjaCallable(string name, JinjaFunction function) : JinjaValue
{
    public override string TypeName => "builtin_function_or_method";

    internal override JinjaValue Call(JinjaArguments arguments) => function(arguments);

    internal override void WriteRepr(ReprWriter writer) => writer.Text.Append($"<built-in function {name}>");
}
