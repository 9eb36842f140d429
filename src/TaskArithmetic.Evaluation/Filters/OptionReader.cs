using TaskArithmetic.Diagnostics;
using TaskArithmetic.Evaluation.Benchmarks;
using TaskArithmetic.Text.Python;
using TaskArithmetic.Text.RegularExpressions;

namespace TaskArithmetic.Evaluation.Filters;

/// <summary>Typed access to the options of a filter or metric; what is wrong is reported, so that all problems of a file come at once.</summary>
/// <param name="options">The options by name; null counts as not given.</param>
/// <param name="owner">What has them, such as <c>the filter regex</c>.</param>
/// <param name="place">Where it stands.</param>
/// <param name="wrong">Words a value of the wrong kind, by its name and what is expected.</param>
/// <param name="problems">Hears what is wrong.</param>
internal sealed class OptionReader(PythonDictionary options, string owner, string place, Func<string, string, Diagnostic> wrong, List<Diagnostic> problems)
{
    public void Known(IReadOnlyCollection<string> names)
    {
        foreach (var key in options.Entries.Keys.Select(k => k.ToString()).Where(k => !names.Contains(k)))
            problems.Add(BenchmarkDiagnostics.UnknownKey(place, owner, key, NearestName.Find(key, names)));
    }

    public PythonValue? Value(string name) => options.Find(name) is { } value and not PythonNone ? value : null;

    public string Text(string name, string otherwise) => Value(name) switch
    {
        null => otherwise,
        PythonString text => text.Value,
        _ => Wrong(name, "text", otherwise),
    };

    public int Number(string name, int otherwise) => Value(name) switch
    {
        null => otherwise,
        PythonInteger { Value: var n } when n >= int.MinValue && n <= int.MaxValue => (int)n,
        _ => Wrong(name, "a whole number", otherwise),
    };

    public bool Flag(string name) => Value(name) switch
    {
        null => false,
        PythonBoolean flag => flag.Value,
        _ => Wrong(name, "true or false", false),
    };

    public PythonDictionary Mapping(string name) => Value(name) as PythonDictionary ?? Wrong(name, "a mapping", new PythonDictionary());

    public PythonRegex[] Patterns(string name) => Value(name) switch
    {
        null => [],
        PythonList list when list.Items.All(i => i is PythonString) => [.. list.Items.Select(i => Compile(name, i.ToString()))],
        _ => Wrong<PythonRegex[]>(name, "a list of regular expressions", []),
    };

    public PythonRegex Compile(string name, string pattern)
    {
        try
        {
            return new PythonRegex(pattern);
        }
        catch (ArgumentException e)
        {
            problems.Add(BenchmarkDiagnostics.BadPattern($"{place}, {name}", pattern, e.Message));
            return new PythonRegex("");
        }
    }

    public T Wrong<T>(string name, string expected, T instead)
    {
        problems.Add(wrong(name, expected));
        return instead;
    }
}
