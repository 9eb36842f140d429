namespace TaskArithmetic.Text.Python;

/// <summary>The arguments of one call.</summary>
/// <param name="Positional">Arguments without a name, in order.</param>
/// <param name="Named">Arguments with a name, in the order of the call.</param>
internal sealed record PythonArguments(IReadOnlyList<PythonValue> Positional, IReadOnlyDictionary<string, PythonValue>? Named = null)
{
    private static readonly Dictionary<string, PythonValue> None = [];

    /// <summary>Arguments with a name, in the order of the call.</summary>
    public IReadOnlyDictionary<string, PythonValue> Keywords => Named ?? None;

    /// <summary>The argument of a parameter that may be given by place or by name.</summary>
    /// <param name="position">Its place, counted from 0.</param>
    /// <param name="name">Its name.</param>
    /// <returns>The argument, or null when it is not given.</returns>
    public PythonValue? Find(int position, string name) => position < Positional.Count ? Positional[position] : Keywords.GetValueOrDefault(name);

    public PythonArguments Prepend(PythonValue first) => this with { Positional = [first, .. Positional] };

    public PythonArguments Skip(int count) => this with { Positional = [.. Positional.Skip(count)] };
}

/// <summary>A function, or a method bound to its value.</summary>
internal sealed class PythonFunction(string name, Func<PythonBudget, PythonArguments, PythonValue> call) : PythonValue
{
    public override string TypeName => "builtin_function_or_method";

    internal override PythonValue Call(PythonBudget budget, PythonArguments arguments) => call(budget, arguments);

    internal override void WriteRepr(ReprWriter writer) => writer.Text.Append($"<built-in function {name}>");
}

/// <summary>A built-in filter, test or method: its parameters in the form <c>value chars=</c>, with <c>=</c> after optional ones, and what it does.</summary>
/// <typeparam name="TBudget">What it may use, and know, besides its arguments.</typeparam>
internal sealed class BuiltIn<TBudget>(string name, string parameters, Func<TBudget, PythonValue?[], PythonValue> body)
    where TBudget : PythonBudget
{
    private readonly string[] names = [.. parameters.Split(' ').Select(p => p.TrimEnd('='))];
    private readonly int required = parameters.Split(' ').Count(p => !p.EndsWith('='));

    public string Name => name;

    public PythonValue Invoke(TBudget budget, PythonArguments arguments)
    {
        var values = Bind(arguments);
        foreach (var value in values)
            budget.SpendOn(value);
        // A method of text that is given another text most likely looks for it.
        if (values is [PythonString text, PythonString part, ..])
            budget.SpendOnSearch(text.Value, part.Value);
        return body(budget, values);
    }

    public static Dictionary<string, BuiltIn<TBudget>> Table(params IEnumerable<BuiltIn<TBudget>> entries) => entries.ToDictionary(e => e.Name, StringComparer.Ordinal);

    /// <summary>One value a parameter; null where it is not given.</summary>
    private PythonValue?[] Bind(PythonArguments arguments)
    {
        var count = arguments.Positional.Count;
        if (count > names.Length)
            throw PythonError.Type($"{name}() takes {(required < names.Length ? $"from {required} to " : "")}{names.Length} positional argument{(names.Length == 1 ? "" : "s")} but {count} were given");
        var values = new PythonValue?[names.Length];
        for (var i = 0; i < count; i++)
            values[i] = arguments.Positional[i];
        foreach (var (key, value) in arguments.Keywords)
        {
            var place = Array.IndexOf(names, key);
            if (place < 0)
                throw PythonError.Type($"{name}() got an unexpected keyword argument '{key}'");
            if (values[place] is not null)
                throw PythonError.Type($"{name}() got multiple values for argument '{key}'");
            values[place] = value;
        }
        var missing = names.Take(required).Where((_, i) => values[i] is null).Select(p => $"'{p}'").ToArray();
        return missing.Length == 0 ? values : throw PythonError.Type(
            $"{name}() missing {missing.Length} required positional argument{(missing.Length == 1 ? "" : "s")}: {string.Join(" and ", missing)}");
    }
}

/// <summary>Reads the arguments of built-in functions, with Python's complaints about wrong types.</summary>
internal static class ArgumentReading
{
    /// <summary>Text, where Python wants a <c>str</c>.</summary>
    public static string AsText(this PythonValue? value, string what) =>
        value is PythonString text ? text.Value : throw PythonError.Type($"{what} must be str, not {value?.TypeName}");

    /// <summary>Text, or null for None or an argument that is not given.</summary>
    public static string? AsOptionalText(this PythonValue? value, string what) => value is null or PythonNone ? null
        : value is PythonString text ? text.Value
        : throw PythonError.Type($"{what} must be {(what.Length > 0 ? "None or str" : "str or None")}, not {value.TypeName}".TrimStart());

    /// <summary>An integer, clamped to the range of sequence lengths.</summary>
    public static int AsIndex(this PythonValue? value, int missing) => value is null ? missing
        : value.Misuse is { } error ? throw error
        : PythonSlice.Clamp(Operators.ToInteger(value) ?? throw PythonError.Type($"'{value.TypeName}' object cannot be interpreted as an integer"));

    public static int? AsBound(this PythonValue? value) => value is null or PythonNone ? null : value.AsIndex(0);

    public static bool AsFlag(this PythonValue? value) => value?.IsTrue ?? false;
}
