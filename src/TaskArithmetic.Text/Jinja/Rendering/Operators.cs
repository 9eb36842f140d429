using System.Numerics;
using TaskArithmetic.Text.Jinja.Filters;
using TaskArithmetic.Text.Jinja.Values;
using TaskArithmetic.Text.Python;

namespace TaskArithmetic.Text.Jinja.Rendering;

/// <summary>The operators <c>+ - * / // % **</c> and unary <c>+ -</c> over all kinds of values.</summary>
internal static class Operators
{
    public static PythonValue Apply(RenderContext context, string symbol, PythonValue left, PythonValue right)
    {
        if (symbol == "%" && left is PythonString format)
            return context.Text(PercentFormat.Format(context, format.Value, right), format.IsMarkup);
        if ((left as JinjaUndefined ?? right as JinjaUndefined) is { } undefined)
            throw undefined.Error;
        if (left is PythonInteger a && right is PythonInteger b)
            context.SpendOn(a.Value, b.Value);
        if (Arithmetic.IsNumber(left) && Arithmetic.IsNumber(right))
            return Arithmetic.Apply(symbol, left, right, context.Limits);
        context.SpendOn(left);
        context.SpendOn(right);
        return symbol switch
        {
            "+" => Concatenate(context, left, right),
            "*" when Arithmetic.ToInteger(right) is { } count => Repeat(context, left, count) ?? throw Unsupported(symbol, left, right),
            "*" when Arithmetic.ToInteger(left) is { } count => Repeat(context, right, count) ?? throw Unsupported(symbol, left, right),
            "*" when left is PythonString or PythonSequence => throw RenderError.Type($"can't multiply sequence by non-int of type '{right.TypeName}'"),
            "*" when right is PythonString or PythonSequence => throw RenderError.Type($"can't multiply sequence by non-int of type '{left.TypeName}'"),
            _ => throw Unsupported(symbol, left, right),
        };
    }

    public static PythonValue Negate(PythonValue value) => value switch
    {
        JinjaUndefined undefined => throw undefined.Error,
        PythonFloat number => new PythonFloat(-number.Value),
        _ => new PythonInteger(-(Arithmetic.ToInteger(value) ?? throw RenderError.Type($"bad operand type for unary -: '{value.TypeName}'"))),
    };

    public static PythonValue Plus(PythonValue value) => value switch
    {
        JinjaUndefined undefined => throw undefined.Error,
        PythonFloat => value,
        _ => new PythonInteger(Arithmetic.ToInteger(value) ?? throw RenderError.Type($"bad operand type for unary +: '{value.TypeName}'")),
    };

    private static PythonValue Concatenate(RenderContext context, PythonValue left, PythonValue right)
    {
        switch (left, right)
        {
            case (PythonString a, PythonString b) when a.IsMarkup || b.IsMarkup:
                return context.Text(Escaped(a) + Escaped(b), isMarkup: true);
            case (PythonString a, PythonString b):
                context.Charge((long)a.Value.Length + b.Value.Length);
                return new PythonString(a.Value + b.Value);
            case (PythonList a, PythonList b):
                context.ChargeItems((long)a.Items.Count + b.Items.Count);
                return new PythonList(a.Items.Concat(b.Items));
            case (PythonTuple a, PythonTuple b):
                context.ChargeItems((long)a.Items.Count + b.Items.Count);
                return new PythonTuple(a.Items.Concat(b.Items));
            case (PythonString, _):
                throw RenderError.Type($"can only concatenate str (not \"{right.TypeName}\") to str");
            case (PythonSequence, _):
                throw RenderError.Type($"can only concatenate {left.TypeName} (not \"{right.TypeName}\") to {left.TypeName}");
            default:
                throw Unsupported("+", left, right);
        }
    }

    private static string Escaped(PythonString text) => text.IsMarkup ? text.Value : HtmlEscape.Escape(text.Value);

    private static PythonValue? Repeat(RenderContext context, PythonValue value, BigInteger count)
    {
        var times = (long)BigInteger.Min(BigInteger.Max(count, 0), int.MaxValue);
        context.Spend(value.Length is 0 ? 0 : times >> 5);
        switch (value)
        {
            case PythonString text:
                context.Charge(text.Value.Length * times);
                return new PythonString(string.Concat(Enumerable.Repeat(text.Value, (int)times)), text.IsMarkup);
            case PythonSequence sequence:
                context.ChargeItems(sequence.Items.Count * times);
                context.Spend(sequence.Items.Count * times);
                var items = Enumerable.Range(0, sequence.Items.Count == 0 ? 0 : (int)times).SelectMany(_ => sequence.Items);
                return sequence is PythonList ? new PythonList(items) : new PythonTuple(items);
            default:
                return null;
        }
    }

    private static RenderError Unsupported(string symbol, PythonValue left, PythonValue right) =>
        RenderError.Type($"unsupported operand type(s) for {(symbol == "**" ? "** or pow()" : symbol)}: '{left.TypeName}' and '{right.TypeName}'");
}
