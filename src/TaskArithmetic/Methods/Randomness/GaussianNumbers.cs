namespace TaskArithmetic.Methods.Randomness;

/// <summary>
/// Normally distributed numbers by index (Box and Muller, 1958). Logarithm, sine and cosine are computed here with additions, products,
/// quotients and roots only, which are rounded alike everywhere: those of a C library differ between machines.
/// </summary>
internal readonly struct GaussianNumbers(CounterRandom random)
{
    private const double Ln2 = 0.693147180559945309417;

    /// <summary>The numbers of a run of elements.</summary>
    /// <param name="first">Index in the tensor of the first.</param>
    /// <param name="numbers">Receives one number for each element.</param>
    public void Fill(long first, Span<float> numbers)
    {
        for (var i = 0; i < numbers.Length;)
        {
            var element = first + i;
            var (even, odd) = Pair(element >> 1);
            if ((element & 1) == 0)
                numbers[i++] = even;
            if (i < numbers.Length)
                numbers[i++] = odd;
        }
    }

    /// <summary>Two independent numbers from one word: its upper half gives the radius, its lower half the angle.</summary>
    private (float Even, float Odd) Pair(long index)
    {
        var word = random.Word(index);
        // A half is added so that the logarithm of zero cannot be asked for.
        var radius = Math.Sqrt(-2 * Logarithm(((uint)(word >> 32) + 0.5) / 4294967296.0));
        var (sine, cosine) = SineAndCosine((uint)word);
        return ((float)(radius * cosine), (float)(radius * sine));
    }

    /// <summary>ln x = e·ln 2 + 2·artanh((m − 1)/(m + 1)) with x = m·2ᵉ and m between ¾ and 1½.</summary>
    internal static double Logarithm(double x)
    {
        var exponent = Math.ILogB(x);
        var mantissa = Math.ScaleB(x, -exponent);
        if (mantissa > 1.5)
        {
            mantissa /= 2;
            exponent++;
        }
        var ratio = (mantissa - 1) / (mantissa + 1);
        var square = ratio * ratio;
        var sum = 0.0;
        // |ratio| ≤ 1/5: terms beyond 23 lie below the last place.
        for (var n = 23; n >= 1; n -= 2)
            sum = (sum * square) + (1.0 / n);
        return (exponent * Ln2) + (2 * ratio * sum);
    }

    /// <summary>Sine and cosine of 2π·(turn + ½)/2³²: the upper three bits name the eighth of the circle, the others the angle in it.</summary>
    internal static (double Sine, double Cosine) SineAndCosine(uint turn)
    {
        var eighth = turn >> 29;
        var part = ((turn & 0x1FFF_FFFF) + 0.5) / 536870912.0;
        // Every second eighth is walked backwards, so that the series sees angles up to π/4 only.
        var angle = ((eighth & 1) == 0 ? part : 1 - part) * (Math.PI / 4);
        var (sine, cosine) = Series(angle);
        if (eighth is 1 or 2 or 5 or 6)
            (sine, cosine) = (cosine, sine);
        return (eighth >= 4 ? -sine : sine, eighth is >= 2 and <= 5 ? -cosine : cosine);
    }

    private static (double Sine, double Cosine) Series(double angle)
    {
        var square = angle * angle;
        var (sine, cosine) = (1.0, 1.0);
        for (var n = 17; n >= 3; n -= 2)
        {
            sine = 1 - (square / (n * (n - 1)) * sine);
            cosine = 1 - (square / ((n - 1) * (n - 2)) * cosine);
        }
        return (angle * sine, cosine);
    }
}
