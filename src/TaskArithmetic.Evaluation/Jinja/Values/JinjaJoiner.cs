namespace TaskArithmetic.Evaluation.Jinja.Values;

/// <summary>What <c>joiner()</c> gives: nothing at its first call, the separator at all others.</summary>
internal sealed class JinjaJoiner(JinjaValue separator) : JinjaValue
{
    private bool isUsed;

    public override string TypeName => "Joiner";

    internal override JinjaValue Call(JinjaArguments arguments)
    {
        var result = isUsed ? separator : "";
        isUsed = true;
        return result;
    }
}
