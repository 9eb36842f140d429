using TaskArithmetic.Diagnostics;
using TaskArithmetic.Evaluation.Benchmarks;
using TaskArithmetic.Text.Python;
using TaskArithmetic.Text.RegularExpressions;

namespace TaskArithmetic.Evaluation.Filters;

/// <summary>Typed access to a filter's arguments; what is wrong is reported, so that all problems of a file come at once.</summary>
internal sealed class FilterArguments(FilterStep step, string place, List<Diagnostic> problems)
{
    public const string Fallback = "[invalid]";

    private const string DefaultPattern = @"#### (\-?[0-9\.\,]+)";

    public static readonly string[] RegexNames = ["regex_pattern", "group_select", "fallback"];

    public static readonly string[] BbhNames = [.. RegexNames, "ignore_case", "ignore_punctuation", "regexes_to_ignore"];

    public void Known(params ReadOnlySpan<string> names)
    {
        foreach (var key in step.Arguments.Entries.Keys)
        {
            if (!names.Contains(key.ToString()))
                problems.Add(BenchmarkDiagnostics.UnknownKey(place, $"the filter {step.Function}", key.ToString(), NearestName.Find(key.ToString(), names.ToArray())));
        }
    }

    public string Text(string name, string fallback) => Value(name) switch
    {
        null => fallback,
        PythonString text => text.Value,
        _ => Wrong(name, "text", fallback),
    };

    public int Number(string name, int fallback) => Value(name) switch
    {
        null => fallback,
        PythonInteger { Value: var n } when n >= int.MinValue && n <= int.MaxValue => (int)n,
        _ => Wrong(name, "a whole number", fallback),
    };

    public bool Flag(string name) => Value(name) switch
    {
        null => false,
        PythonBoolean flag => flag.Value,
        _ => Wrong(name, "true or false", false),
    };

    public PythonDictionary Mapping(string name) => Value(name) switch
    {
        PythonDictionary mapping => mapping,
        _ => Wrong(name, "a mapping", new PythonDictionary()),
    };

    public PythonRegex Pattern() => Compile("regex_pattern", Text("regex_pattern", DefaultPattern));

    public AnswerNormalization Normalization() => new(Flag("ignore_case"), Flag("ignore_punctuation"), Patterns("regexes_to_ignore"));

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

    private PythonRegex[] Patterns(string name) => Value(name) switch
    {
        null => [],
        PythonList list when list.Items.All(i => i is PythonString) => [.. list.Items.Select(i => Compile(name, i.ToString()))],
        _ => Wrong<PythonRegex[]>(name, "a list of regular expressions", []),
    };

    private PythonValue? Value(string name) => step.Arguments.Find(name) is { } value and not PythonNone ? value : null;

    private T Wrong<T>(string name, string expected, T instead)
    {
        problems.Add(BenchmarkDiagnostics.WrongFilterArgument(place, step.Function, name, expected));
        return instead;
    }
}
