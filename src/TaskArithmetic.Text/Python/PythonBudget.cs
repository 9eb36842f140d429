using System.Numerics;
using System.Runtime.CompilerServices;
using System.Text;

namespace TaskArithmetic.Text.Python;

/// <summary>What one piece of work on Python values may use at most; templates come with downloaded models and are not trusted.</summary>
internal sealed record PythonLimits
{
    /// <summary>Limits that no real chat template or task comes near.</summary>
    public static PythonLimits Default { get; } = new();

    /// <summary>For values of the program itself.</summary>
    public static PythonLimits None { get; } =
        new() { MaxSteps = long.MaxValue, MaxCharacters = long.MaxValue, MaxLength = int.MaxValue, MaxAllocatedBytes = long.MaxValue };

    /// <summary>Expressions and statements evaluated, turns of loops, and items that filters and comparisons visit.</summary>
    public long MaxSteps { get; init; } = 10_000_000;

    /// <summary>UTF-16 units of all strings built on the way, the output included: 64 MiB.</summary>
    public long MaxCharacters { get; init; } = 32L << 20;

    /// <summary>UTF-16 units of one string: 16 MiB.</summary>
    public long MaxLength { get; init; } = 8L << 20;

    /// <summary>Bytes allocated on the way, whether they are still held or not. The other limits end most templates first; this one holds whatever a template thinks of.</summary>
    public long MaxAllocatedBytes { get; init; } = 256L << 20;

    /// <summary>Items of one <c>range()</c>, as in Jinja2's sandbox.</summary>
    public int MaxRange { get; init; } = 100_000;

    /// <summary>Items of one list or tuple, and parts into which one text may be cut.</summary>
    public int MaxItems { get; init; } = 1_000_000;

    /// <summary>Bits of an integer result.</summary>
    public int MaxIntegerBits { get; init; } = 16_384;
}

/// <summary>What is left of the limits; work that goes beyond them ends with a <c>LimitError</c>.</summary>
internal class PythonBudget(PythonLimits limits)
{
    // The work runs on one thread from beginning to end.
    private readonly long allocatedBefore = GC.GetAllocatedBytesForCurrentThread();
    private long steps;
    private long characters;

    public PythonLimits Limits => limits;

    /// <summary>Counts work.</summary>
    public void Spend(long work)
    {
        steps += work;
        if (steps > limits.MaxSteps)
            throw PythonError.Limit($"the template takes more than {limits.MaxSteps} steps");
        if (GC.GetAllocatedBytesForCurrentThread() - allocatedBefore > limits.MaxAllocatedBytes)
            throw PythonError.Limit($"the template allocates more than {limits.MaxAllocatedBytes} bytes");
    }

    /// <summary>Counts one evaluation, and refuses one that is nested too deeply.</summary>
    public void Step()
    {
        Spend(1);
        if (!RuntimeHelpers.TryEnsureSufficientExecutionStack())
            throw PythonError.Recursion();
    }

    /// <summary>Counts what it costs to look for one text in another: at worst, every character of one against every character of the other.</summary>
    public void SpendOnSearch(string text, string part) => Spend(((long)text.Length * Math.Min(part.Length, text.Length) >> 12) + (text.Length >> 5));

    /// <summary>Counts what a product, quotient or power of two integers costs.</summary>
    public void SpendOn(BigInteger left, BigInteger right) => Spend(left.GetBitLength() * right.GetBitLength() >> 14);

    /// <summary>Counts what walking through a value costs.</summary>
    public void SpendOn(PythonValue? value) => Spend(value switch
    {
        // Processors go through text many characters at a time.
        PythonString text => text.Value.Length >> 5,
        PythonSequence or PythonDictionary or PythonDictionaryView or PythonRange => value.Length ?? 0,
        _ => 0,
    });

    /// <summary>Counts text that is about to be built.</summary>
    public void Charge(long length)
    {
        RequireLength(length);
        characters += length;
        if (characters > limits.MaxCharacters || characters < 0)
            throw PythonError.Limit($"the template builds more than {limits.MaxCharacters} characters");
    }

    /// <summary>Adds to a text that is built piece by piece.</summary>
    public void Append(StringBuilder text, string piece, long times = 1)
    {
        Charge(piece.Length * times);
        RequireLength(text.Length + piece.Length * times);
        for (; times > 0; times--)
            text.Append(piece);
    }

    /// <summary>Refuses a list that becomes too long.</summary>
    public void ChargeItems(long count)
    {
        if (count > limits.MaxItems || count < 0)
            throw PythonError.Limit($"a list would have more than {limits.MaxItems} items");
    }

    /// <summary>A result whose length counts.</summary>
    public PythonString Text(string text, bool isMarkup = false)
    {
        Charge(text.Length);
        return new PythonString(text, isMarkup);
    }

    /// <summary>A text repeated.</summary>
    public string Repeat(string text, long times)
    {
        Charge(text.Length * Math.Max(times, 0));
        return text.Length == 0 || times <= 0 ? "" : string.Concat(Enumerable.Repeat(text, (int)times));
    }

    private void RequireLength(long length)
    {
        if (length > limits.MaxLength)
            throw PythonError.Limit($"the template builds a text of more than {limits.MaxLength} characters");
    }
}
