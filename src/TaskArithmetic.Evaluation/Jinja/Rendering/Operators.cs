using System.Numerics;
using TaskArithmetic.Evaluation.Jinja.Filters;
using TaskArithmetic.Evaluation.Jinja.Python;
using TaskArithmetic.Evaluation.Jinja.Values;

namespace TaskArithmetic.Evaluation.Jinja.Rendering;

/// <summary>The operators <c>+ - * / // % **</c> and unary <c>+ -</c> over all kinds of values.</summary>
internal static class Operators
{
    public static JinjaValue Apply(RenderContext context, string symbol, JinjaValue left, JinjaValue right)
    {
        if (symbol == "%" && left is JinjaString format)
            return context.Text(PercentFormat.Format(context, format.Value, right), format.IsMarkup);
        if ((left as JinjaUndefined ?? right as JinjaUndefined) is { } undefined)
            throw undefined.Error;
        if (left is JinjaInteger a && right is JinjaInteger b)
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
            "*" when left is JinjaString or JinjaSequence => throw RenderError.Type($"can't multiply sequence by non-int of type '{right.TypeName}'"),
            "*" when right is JinjaString or JinjaSequence => throw RenderError.Type($"can't multiply sequence by non-int of type '{left.TypeName}'"),
            _ => throw Unsupported(symbol, left, right),
        };
    }

    public static JinjaValue Negate(JinjaValue value) => value switch
    {
        JinjaUndefined undefined => throw undefined.Error,
        JinjaFloat number => new JinjaFloat(-number.Value),
        _ => new JinjaInteger(-(Arithmetic.ToInteger(value) ?? throw RenderError.Type($"bad operand type for unary -: '{value.TypeName}'"))),
    };

    public static JinjaValue Plus(JinjaValue value) => value switch
    {
        JinjaUndefined undefined => throw undefined.Error,
        JinjaFloat => value,
        _ => new JinjaInteger(Arithmetic.ToInteger(value) ?? throw RenderError.Type($"bad operand type for unary +: '{value.TypeName}'")),
    };

    private static JinjaValue Concatenate(RenderContext context, JinjaValue left, JinjaValue right)
    {
        switch (left, right)
        {
            case (JinjaString a, JinjaString b) when a.IsMarkup || b.IsMarkup:
                return context.Text(Escaped(a) + Escaped(b), isMarkup: true);
            case (JinjaString a, JinjaString b):
                context.Charge((long)a.Value.Length + b.Value.Length);
                return new JinjaString(a.Value + b.Value);
            case (JinjaList a, JinjaList b):
                context.ChargeItems((long)a.Items.Count + b.Items.Count);
                return new JinjaList(a.Items.Concat(b.Items));
            case (JinjaTuple a, JinjaTuple b):
                context.ChargeItems((long)a.Items.Count + b.Items.Count);
                return new JinjaTuple(a.Items.Concat(b.Items));
            case (JinjaString, _):
                throw RenderError.Type($"can only concatenate str (not \"{right.TypeName}\") to str");
            case (JinjaSequence, _):
                throw RenderError.Type($"can only concatenate {left.TypeName} (not \"{right.TypeName}\") to {left.TypeName}");
            default:
                throw Unsupported("+", left, right);
        }
    }

    private static string Escaped(JinjaString text) => text.IsMarkup ? text.Value : HtmlEscape.Escape(text.Value);

    private static JinjaValue? Repeat(RenderContext context, JinjaValue value, BigInteger count)
    {
        var times = (long)BigInteger.Min(BigInteger.Max(count, 0), int.MaxValue);
        context.Spend(value.Length is 0 ? 0 : times >> 5);
        switch (value)
        {
            case JinjaString text:
                context.Charge(text.Value.Length * times);
                return new JinjaString(string.Concat(Enumerable.Repeat(text.Value, (int)times)), text.IsMarkup);
            case JinjaSequence sequence:
                context.ChargeItems(sequence.Items.Count * times);
                context.Spend(sequence.Items.Count * times);
                var items = Enumerable.Range(0, sequence.Items.Count == 0 ? 0 : (int)times).SelectMany(_ => sequence.Items);
                return sequence is JinjaList ? new JinjaList(items) : new JinjaTuple(items);
            default:
                return null;
        }
    }

    private static RenderError Unsupported(string symbol, JinjaValue left, JinjaValue right) =>
        RenderError.Type($"unsupported operand type(s) for {(symbol == "**" ? "** or pow()" : symbol)}: '{left.TypeName}' and '{right.TypeName}'");
}
