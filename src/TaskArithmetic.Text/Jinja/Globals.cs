using System.Numerics;
using TaskArithmetic.Text.Python;

namespace TaskArithmetic.Text.Jinja;

/// <summary>The functions that every template can call.</summary>
internal static class Globals
{
    private static readonly string[] Refused = ["cycler", "joiner", "lipsum"];

    public static Scope CreateScope(JinjaOptions options)
    {
        var scope = new Scope(null);
        scope.Set("range", new PythonFunction("range", Range));
        scope.Set("dict", new PythonFunction("dict", (_, arguments) => new PythonDictionary().Fill(arguments)));
        scope.Set("namespace", new PythonFunction("namespace", (_, arguments) => new JinjaNamespace(new PythonDictionary().Fill(arguments))));
        foreach (var name in Refused)
            scope.Set(name, new PythonFunction(name, (_, _) => throw PythonError.Unsupported($"the function '{name}'")));
        foreach (var (name, function) in options.Functions)
            scope.Set(name, new PythonFunction(name, (_, arguments) => function(arguments)));
        return scope;
    }

    private static PythonValue Range(PythonBudget budget, PythonArguments arguments)
    {
        if (arguments.Positional.Count is 0 or > 3)
            throw PythonError.Type($"range expected {(arguments.Positional.Count == 0 ? "at least 1 argument" : "at most 3 arguments")}, got {arguments.Positional.Count}");
        var bounds = arguments.Positional.Select(b => b.Misuse is { } error ? throw error
            : Operators.ToInteger(b) ?? throw PythonError.Type($"'{b.TypeName}' object cannot be interpreted as an integer")).ToArray();
        var (start, stop) = bounds.Length == 1 ? (0, bounds[0]) : (bounds[0], bounds[1]);
        var step = bounds.Length == 3 ? bounds[2] : 1;
        if (step.IsZero)
            throw PythonError.Value("range() arg 3 must not be zero");
        var span = step.Sign > 0 ? stop - start : start - stop;
        var count = span.Sign <= 0 ? 0 : (span - 1) / BigInteger.Abs(step) + 1;
        if (count > budget.Limits.MaxRange)
            throw new PythonError("OverflowError", $"Range too big. The sandbox blocks ranges larger than MAX_RANGE ({budget.Limits.MaxRange}).");
        return new[] { start, stop, step }.All(b => BigInteger.Abs(b) <= int.MaxValue)
            ? new PythonRange((long)start, (long)stop, (long)step, (int)count)
            : throw PythonError.Unsupported("a range beyond 32-bit integers");
    }
}
