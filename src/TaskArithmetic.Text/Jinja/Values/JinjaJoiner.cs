using TaskArithmetic.Text.Python;
namespace TaskArithmetic.Text.Jinja.Values;

/// <summary>What <c>joiner()</c> gives: nothing at its first call, the separator at all others.</summary>
internal sealed class JinjaJoiner(PythonValue separator) : PythonValue
{
    private bool isUsed;

    public override string TypeName => "Joiner";

    internal override PythonValue Call(JinjaArguments arguments)
    {
        var result = isUsed ? separator : "";
        isUsed = true;
        return result;
    }
}
