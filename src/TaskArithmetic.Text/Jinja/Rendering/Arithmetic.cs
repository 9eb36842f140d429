using System.Numerics;
using TaskArithmetic.Text.Jinja.Values;
using TaskArithmetic.Text.Python;

namespace TaskArithmetic.Text.Jinja.Rendering;

/// <summary>Numbers as Python adds, divides and compares them; True and False count as 1 and 0.</summary>
internal static class Arithmetic
{
    public static bool IsNumber(PythonValue value) => value is PythonInteger or PythonFloat or PythonBoolean;

    public static BigInteger? ToInteger(PythonValue value) => value switch
    {
        PythonInteger integer => integer.Value,
        PythonBoolean boolean => boolean.Value ? BigInteger.One : BigInteger.Zero,
        _ => null,
    };

    public static double ToDouble(PythonValue value) => value is PythonFloat number ? number.Value : Quotient(ToInteger(value)!.Value, 1);

    /// <summary>The exact order of two numbers; null where one is NaN.</summary>
    public static int? Compare(PythonValue left, PythonValue right)
    {
        if (ToInteger(left) is { } a && ToInteger(right) is { } b)
            return a.CompareTo(b);
        var (x, y) = (ToDouble(left), ToDouble(right));
        if (double.IsNaN(x) || double.IsNaN(y))
            return null;
        // Large integers lose digits as doubles; an equal double is compared once more as an integer.
        if (x == y && double.IsFinite(x) && (left is not PythonFloat || right is not PythonFloat))
            return (ToInteger(left) ?? new BigInteger(x)).CompareTo(ToInteger(right) ?? new BigInteger(y)) is var exact && Math.Abs(x) > 1L << 53 ? exact : 0;
        return x.CompareTo(y);
    }

    /// <summary>One of <c>+ - * / // % **</c> on two numbers.</summary>
    public static PythonValue Apply(string symbol, PythonValue left, PythonValue right, JinjaLimits limits) =>
        ToInteger(left) is { } a && ToInteger(right) is { } b && !(symbol == "**" && b.Sign < 0)
            ? Integers(symbol, a, b, limits)
            : new PythonFloat(Floats(symbol, ToFloat(left), ToFloat(right)));

    private static PythonValue Integers(string symbol, BigInteger a, BigInteger b, JinjaLimits limits) => symbol switch
    {
        "+" => Bounded(a + b, limits),
        "-" => Bounded(a - b, limits),
        "*" => Bounded(a * b, limits),
        "/" => new PythonFloat(b.IsZero ? throw ZeroDivision("division by zero") : Divide(a, b)),
        "//" => Bounded(FloorDivide(a, b).Quotient, limits),
        "%" => b.IsZero ? throw ZeroDivision("integer modulo by zero") : Bounded(FloorDivide(a, b).Remainder, limits),
        _ => Power(a, b, limits),
    };

    private static double Floats(string symbol, double a, double b) => symbol switch
    {
        "+" => a + b,
        "-" => a - b,
        "*" => a * b,
        "/" => b == 0 ? throw ZeroDivision("float division by zero") : a / b,
        "//" => b == 0 ? throw ZeroDivision("float floor division by zero") : FloorDivide(a, b).Quotient,
        "%" => b == 0 ? throw ZeroDivision("float modulo") : FloorDivide(a, b).Remainder,
        _ => Power(a, b),
    };

    /// <summary>Division that rounds towards minus infinity, so the remainder has the divisor's sign.</summary>
    public static (BigInteger Quotient, BigInteger Remainder) FloorDivide(BigInteger a, BigInteger b)
    {
        if (b.IsZero)
            throw ZeroDivision("integer division or modulo by zero");
        var quotient = BigInteger.DivRem(a, b, out var remainder);
        return !remainder.IsZero && (remainder.Sign < 0) != (b.Sign < 0) ? (quotient - 1, remainder + b) : (quotient, remainder);
    }

    private static (double Quotient, double Remainder) FloorDivide(double a, double b)
    {
        var remainder = a % b;
        var quotient = (a - remainder) / b;
        if (remainder != 0 && (b < 0) != (remainder < 0))
        {
            remainder += b;
            quotient -= 1;
        }
        else if (remainder == 0)
        {
            remainder = Math.CopySign(0, b);
        }
        var floor = Math.Floor(quotient);
        if (quotient - floor > 0.5)
            floor += 1;
        return (quotient == 0 ? Math.CopySign(0, a / b) : floor, remainder);
    }

    private static double Divide(BigInteger a, BigInteger b) => Quotient(a, b) is var result && double.IsInfinity(result)
        ? throw new RenderError("OverflowError", "integer division result too large for a float")
        : result;

    /// <summary>a/b with one rounding, half to even, as CPython has it; .NET's own conversion of a large integer truncates.</summary>
    private static double Quotient(BigInteger a, BigInteger b)
    {
        if (BigInteger.Abs(a) <= 1L << 53 && BigInteger.Abs(b) <= 1L << 53)
            return (double)a / (double)b;
        var shift = Math.Max(0, 66 - (int)(a.GetBitLength() - b.GetBitLength()));
        var quotient = BigInteger.DivRem(BigInteger.Abs(a) << shift, BigInteger.Abs(b), out var remainder);
        var excess = (int)Math.Max(0, quotient.GetBitLength() - 53);
        var rounded = Python.FloatText.RoundHalfEven((quotient << 1) + (remainder.IsZero ? 0 : 1), BigInteger.One << (excess + 1));
        var result = Math.ScaleB((double)rounded, excess - shift);
        return a.Sign * b.Sign < 0 ? -result : result;
    }

    private static PythonValue Power(BigInteger a, BigInteger b, JinjaLimits limits)
    {
        if (!BigInteger.Abs(a).IsOne && !a.IsZero && b * a.GetBitLength() > limits.MaxIntegerBits)
            throw RenderError.Limit($"an integer would have more than {limits.MaxIntegerBits} bits");
        if (BigInteger.Abs(a).IsOne)
            return new PythonInteger(b.IsEven ? 1 : a);
        return new PythonInteger(a.IsZero ? (b.IsZero ? 1 : 0) : BigInteger.Pow(a, (int)b));
    }

    private static double Power(double a, double b)
    {
        if (a == 0 && b < 0)
            throw ZeroDivision("0.0 cannot be raised to a negative power");
        if (a < 0 && double.IsFinite(b) && Math.Floor(b) != b)
            throw RenderError.Unsupported("a power that is a complex number");
        var result = Math.Pow(a, b);
        return double.IsInfinity(result) && double.IsFinite(a) && double.IsFinite(b)
            ? throw new RenderError("OverflowError", "(34, 'Numerical result out of range')")
            : result;
    }

    private static double ToFloat(PythonValue value)
    {
        var result = ToDouble(value);
        return double.IsInfinity(result) && value is not PythonFloat
            ? throw new RenderError("OverflowError", "int too large to convert to float")
            : result;
    }

    private static PythonInteger Bounded(BigInteger value, JinjaLimits limits) =>
        value.GetBitLength() > limits.MaxIntegerBits
            ? throw RenderError.Limit($"an integer has more than {limits.MaxIntegerBits} bits")
            : new PythonInteger(value);

    private static RenderError ZeroDivision(string reason) => new("ZeroDivisionError", reason);
}
