using System.Numerics;
using System.Runtime.CompilerServices;
using System.Text;
using TaskArithmetic.Text.Jinja.Values;
using TaskArithmetic.Text.Python;

namespace TaskArithmetic.Text.Jinja.Rendering;

/// <summary>The state of one rendering: scope, output, place and what is left of the limits.</summary>
internal sealed class RenderContext(JinjaOptions options, Scope scope)
{
    // A rendering runs on one thread from beginning to end.
    private readonly long allocatedBefore = GC.GetAllocatedBytesForCurrentThread();
    private long steps;
    private long characters;

    public JinjaOptions Options => options;

    public JinjaLimits Limits => options.Limits;

    public Scope Scope { get; private set; } = scope;

    public StringBuilder Output { get; private set; } = new();

    /// <summary>The line of the template that is being rendered.</summary>
    public int Line { get; set; }

    /// <summary>Counts work against the limit.</summary>
    public void Spend(long work)
    {
        steps += work;
        if (steps > Limits.MaxSteps)
            throw RenderError.Limit($"the template takes more than {Limits.MaxSteps} steps");
        if (GC.GetAllocatedBytesForCurrentThread() - allocatedBefore > Limits.MaxAllocatedBytes)
            throw RenderError.Limit($"the template allocates more than {Limits.MaxAllocatedBytes} bytes");
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

    public void Step()
    {
        Spend(1);
        if (!RuntimeHelpers.TryEnsureSufficientExecutionStack())
            throw new RenderError("RecursionError", "maximum recursion depth exceeded");
    }

    /// <summary>Counts text that is about to be built against the limit.</summary>
    public void Charge(long length)
    {
        RequireLength(length);
        characters += length;
        if (characters > Limits.MaxCharacters || characters < 0)
            throw RenderError.Limit($"the template builds more than {Limits.MaxCharacters} characters");
    }

    /// <summary>Refuses a text, built piece by piece, that becomes too long.</summary>
    public void RequireLength(long length)
    {
        if (length > Limits.MaxLength)
            throw RenderError.Limit($"the template builds a text of more than {Limits.MaxLength} characters");
    }

    public void ChargeItems(long count)
    {
        if (count > Limits.MaxItems || count < 0)
            throw RenderError.Limit($"a list would have more than {Limits.MaxItems} items");
    }

    /// <summary>A result whose length counts against the limit.</summary>
    public PythonString Text(string text, bool isMarkup = false)
    {
        Charge(text.Length);
        return new PythonString(text, isMarkup);
    }

    public void Write(string text)
    {
        Charge(text.Length);
        Output.Append(text);
    }

    /// <summary>Runs statements in a scope of their own.</summary>
    public T Within<T>(Scope inner, Func<T> body)
    {
        var outer = Scope;
        Scope = inner;
        try
        {
            return body();
        }
        finally
        {
            Scope = outer;
        }
    }

    /// <summary>The text that a body writes.</summary>
    public string Capture(Action body)
    {
        var outer = Output;
        Output = new StringBuilder();
        try
        {
            body();
            return Output.ToString();
        }
        finally
        {
            Output = outer;
        }
    }

    public JinjaUndefined Undefined(string message, string errorType = "UndefinedError") => new(message, options.StrictUndefined, errorType);
}
