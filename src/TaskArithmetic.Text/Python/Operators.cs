using System.Globalization;
using System.Numerics;

namespace TaskArithmetic.Text.Python;

/// <summary>The operators <c>+ - * / // % **</c> and unary <c>+ -</c> as Python has them; True and False count as 1 and 0.</summary>
internal static class Operators
{
    public static bool IsNumber(PythonValue value) => value is PythonInteger or PythonFloat or PythonBoolean;

    public static BigInteger? ToInteger(PythonValue value) => value switch
    {
        PythonInteger integer => integer.Value,
        PythonBoolean boolean => boolean.Value ? BigInteger.One : BigInteger.Zero,
        _ => null,
    };

    public static double ToDouble(PythonValue value) => value is PythonFloat number ? number.Value
        // .NET's own conversion of a large integer truncates.
        : double.Parse(ToInteger(value)!.Value.ToString(CultureInfo.InvariantCulture), CultureInfo.InvariantCulture);

    public static PythonValue Apply(PythonBudget budget, string symbol, PythonValue left, PythonValue right)
    {
        if (symbol == "%" && left is PythonString format)
            return budget.Text(PythonFormat.Percent(budget, format.Value, right), format.IsMarkup);
        if ((left.Misuse ?? right.Misuse) is { } error)
            throw error;
        if (IsNumber(left) && IsNumber(right))
            return Numbers(budget, symbol, left, right);
        budget.SpendOn(left);
        budget.SpendOn(right);
        return symbol switch
        {
            "+" => Concatenate(budget, left, right),
            "*" when ToInteger(right) is { } count => Repeat(budget, left, count) ?? throw Unsupported(symbol, left, right),
            "*" when ToInteger(left) is { } count => Repeat(budget, right, count) ?? throw Unsupported(symbol, left, right),
            "*" when left is PythonString or PythonSequence => throw PythonError.Type($"can't multiply sequence by non-int of type '{right.TypeName}'"),
            "*" when right is PythonString or PythonSequence => throw PythonError.Type($"can't multiply sequence by non-int of type '{left.TypeName}'"),
            _ => throw Unsupported(symbol, left, right),
        };
    }

    /// <summary><c>-value</c> or <c>+value</c>.</summary>
    public static PythonValue Sign(string symbol, PythonValue value) => value.Misuse is { } error ? throw error
        : value is PythonFloat number ? new PythonFloat(symbol == "-" ? -number.Value : number.Value)
        : ToInteger(value) is { } integer ? new PythonInteger(symbol == "-" ? -integer : integer)
        : throw PythonError.Type($"bad operand type for unary {symbol}: '{value.TypeName}'");

    private static PythonValue Concatenate(PythonBudget budget, PythonValue left, PythonValue right)
    {
        switch (left, right)
        {
            case (PythonString a, PythonString b) when a.IsMarkup || b.IsMarkup:
                return budget.Text(Escaped(a) + Escaped(b), isMarkup: true);
            case (PythonString a, PythonString b):
                budget.Charge((long)a.Value.Length + b.Value.Length);
                return new PythonString(a.Value + b.Value);
            case (PythonList or PythonTuple, PythonSequence other) when left.GetType() == right.GetType():
                var items = ((PythonSequence)left).Items;
                budget.ChargeItems((long)items.Count + other.Items.Count);
                return left is PythonList ? new PythonList(items.Concat(other.Items)) : new PythonTuple(items.Concat(other.Items));
            case (PythonString, _):
                throw PythonError.Type($"can only concatenate str (not \"{right.TypeName}\") to str");
            case (PythonSequence, _):
                throw PythonError.Type($"can only concatenate {left.TypeName} (not \"{right.TypeName}\") to {left.TypeName}");
            default:
                throw Unsupported("+", left, right);
        }
    }

    private static string Escaped(PythonString text) => text.IsMarkup ? text.Value : PythonString.EscapeHtml(text.Value);

    private static PythonValue? Repeat(PythonBudget budget, PythonValue value, BigInteger count)
    {
        var times = (long)BigInteger.Min(BigInteger.Max(count, 0), int.MaxValue);
        budget.Spend(value.Length is 0 ? 0 : times >> 5);
        if (value is PythonString text)
            return new PythonString(budget.Repeat(text.Value, times), text.IsMarkup);
        if (value is not PythonSequence sequence)
            return null;
        budget.ChargeItems(sequence.Items.Count * times);
        budget.Spend(sequence.Items.Count * times);
        var items = Enumerable.Range(0, sequence.Items.Count == 0 ? 0 : (int)times).SelectMany(_ => sequence.Items);
        return sequence is PythonList ? new PythonList(items) : new PythonTuple(items);
    }

    private static PythonValue Numbers(PythonBudget budget, string symbol, PythonValue left, PythonValue right)
    {
        if (ToInteger(left) is not { } a || ToInteger(right) is not { } b || (symbol == "**" && b.Sign < 0))
            return new PythonFloat(Floats(symbol, ToFloat(left), ToFloat(right)));
        budget.SpendOn(a, b);
        if (symbol == "/")
            return new PythonFloat(Divide(a, b));
        var result = symbol switch
        {
            "+" => a + b,
            "-" => a - b,
            "*" => a * b,
            "//" => FloorDivide(a, b).Quotient,
            "%" => b.IsZero ? throw ZeroDivision("integer modulo by zero") : FloorDivide(a, b).Remainder,
            _ => Power(budget, a, b),
        };
        return result.GetBitLength() <= budget.Limits.MaxIntegerBits
            ? new PythonInteger(result)
            : throw PythonError.Limit($"an integer has more than {budget.Limits.MaxIntegerBits} bits");
    }

    private static double Floats(string symbol, double a, double b) => symbol switch
    {
        "+" => a + b,
        "-" => a - b,
        "*" => a * b,
        "/" => b == 0 ? throw ZeroDivision("float division by zero") : a / b,
        _ => throw PythonError.Unsupported($"the operator '{symbol}' on floats"),
    };

    /// <summary>Division that rounds towards minus infinity, so the remainder has the divisor's sign.</summary>
    private static (BigInteger Quotient, BigInteger Remainder) FloorDivide(BigInteger a, BigInteger b)
    {
        if (b.IsZero)
            throw ZeroDivision("integer division or modulo by zero");
        var quotient = BigInteger.DivRem(a, b, out var remainder);
        return !remainder.IsZero && (remainder.Sign < 0) != (b.Sign < 0) ? (quotient - 1, remainder + b) : (quotient, remainder);
    }

    private static double Divide(BigInteger a, BigInteger b) => b.IsZero ? throw ZeroDivision("division by zero")
        : BigInteger.Abs(a) <= 1L << 53 && BigInteger.Abs(b) <= 1L << 53 ? (double)a / (double)b
        : throw PythonError.Unsupported("a quotient of integers beyond 53 bits");

    private static BigInteger Power(PythonBudget budget, BigInteger a, BigInteger b)
    {
        if (a.IsZero || BigInteger.Abs(a).IsOne)
            return b.IsZero ? 1 : b.IsEven ? a * a : a;
        return b * a.GetBitLength() <= budget.Limits.MaxIntegerBits
            ? BigInteger.Pow(a, (int)b)
            : throw PythonError.Limit($"an integer would have more than {budget.Limits.MaxIntegerBits} bits");
    }

    private static double ToFloat(PythonValue value) =>
        ToDouble(value) is var result && double.IsInfinity(result) && value is not PythonFloat ? throw Overflow("int too large to convert to float") : result;

    private static PythonError ZeroDivision(string reason) => new("ZeroDivisionError", reason);

    private static PythonError Overflow(string reason) => new("OverflowError", reason);

    private static PythonError Unsupported(string symbol, PythonValue left, PythonValue right) =>
        PythonError.Type($"unsupported operand type(s) for {(symbol == "**" ? "** or pow()" : symbol)}: '{left.TypeName}' and '{right.TypeName}'");
}
