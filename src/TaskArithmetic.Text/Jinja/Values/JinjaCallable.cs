using TaskArithmetic.Text.Python;

namespace TaskArithmetic.Text.Jinja.Values;

/// <summary>A function or a method bound to its value.</summary>
internal sealed class JinjaCallable(string name, JinjaFunction function) : PythonValue
{
    public override string TypeName => "builtin_function_or_method";

    internal override PythonValue Call(JinjaArguments arguments) => function(arguments);

    internal override void WriteRepr(ReprWriter writer) => writer.Text.Append($"<built-in function {name}>");
}
