using System.Numerics;
using TaskArithmetic.Text.Jinja.Methods;
using TaskArithmetic.Text.Jinja.Values;
using TaskArithmetic.Text.Python;

namespace TaskArithmetic.Text.Jinja.Rendering;

/// <summary>The functions that every template can call.</summary>
internal static class Globals
{
    public static Scope CreateScope(JinjaOptions options)
    {
        var scope = new Scope(null);
        scope.Set("range", new JinjaCallable("range", Range));
        scope.Set("dict", new JinjaCallable("dict", Dictionary));
        scope.Set("namespace", new JinjaCallable("namespace", a => new JinjaNamespace(Dictionary(a))));
        scope.Set("joiner", new JinjaCallable("joiner", a => new JinjaJoiner(a.Find(0, "sep") ?? ", ")));
        scope.Set("cycler", new JinjaCallable("cycler", a => a.Positional.Count > 0
            ? new JinjaCycler(a.Positional)
            : throw new RenderError("RuntimeError", "at least one item has to be provided")));
        scope.Set("lipsum", new JinjaCallable("lipsum", _ => throw RenderError.Unsupported("the function 'lipsum' is not supported")));
        foreach (var (name, function) in options.Functions)
            scope.Set(name, new JinjaCallable(name, function));
        return scope;
    }

    private static PythonDictionary Dictionary(JinjaArguments arguments)
    {
        var result = new PythonDictionary();
        DictionaryMethods.Fill(result, arguments);
        return result;
    }

    private static PythonValue Range(JinjaArguments arguments)
    {
        if (arguments.Positional.Count is 0 or > 3)
            throw RenderError.Type($"range expected {(arguments.Positional.Count == 0 ? "at least 1 argument" : "at most 3 arguments")}, got {arguments.Positional.Count}");
        var bounds = arguments.Positional.Select(Bound).ToArray();
        var (start, stop) = bounds.Length == 1 ? (0, bounds[0]) : (bounds[0], bounds[1]);
        var step = bounds.Length == 3 ? bounds[2] : 1;
        if (step.IsZero)
            throw RenderError.Value("range() arg 3 must not be zero");
        var span = step.Sign > 0 ? stop - start : start - stop;
        var count = span.Sign <= 0 ? 0 : (span - 1) / BigInteger.Abs(step) + 1;
        var limit = arguments.Context.Limits.MaxRange;
        if (count > limit)
            throw new RenderError("OverflowError", $"Range too big. The sandbox blocks ranges larger than MAX_RANGE ({limit}).");
        if (BigInteger.Abs(start) > int.MaxValue || BigInteger.Abs(stop) > int.MaxValue || BigInteger.Abs(step) > int.MaxValue)
            throw RenderError.Unsupported("a range beyond 32-bit integers is not supported");
        return new PythonRange((long)start, (long)stop, (long)step, (int)count);
    }

    private static BigInteger Bound(PythonValue value) => value is JinjaUndefined undefined
        ? throw undefined.Error
        : Arithmetic.ToInteger(value) ?? throw RenderError.Type($"'{value.TypeName}' object cannot be interpreted as an integer");
}
