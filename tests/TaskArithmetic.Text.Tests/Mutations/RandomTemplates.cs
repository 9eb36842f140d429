using System.Text;

namespace TaskArithmetic.Text.Tests.Mutations;

/// <summary>
/// Templates made by the grammar, so that most of them run: every filter, method, test and operator on values of every kind, with arguments as they
/// should not be. The same number always gives the same template.
/// </summary>
internal sealed class RandomTemplates(int number)
{
    private static readonly string[] Values =
    [
        "1", "0", "-1", "2.5", "-0.0", "1e308", "9999999999999999999999", "2 ** 9999", "true", "none", "''", "'x'", "'aXb c\\nd'", "'\U0001F600é\u0301'", "'%s %d'", "'{} {0}'", "'{0:>9}{a!r}'", "'%(a)s'", "'a,b,,c'", "'1_000'", "'0x1F'", "'nan'", "'9' * 99",
        "[]", "[1, 2, 3]", "[3, 'a', none]", "[[1, 2], [0]]", "(1,)", "()", "('a', 'b')", "{}", "{'a': 1, 'b': [2]}", "{1: 'x', 2.0: 'y'}", "range(5)", "range(9, 0, -2)", "messages", "messages[0]", "nothing", "ns", "loop", "m",
        "dict(a=1)", "namespace(x=1)", "messages|map(attribute='role')", "'abc'|reverse", "{'b': 1, 'a': 2}.items()", "{'b': 1}.keys()", "9223372036854775807", "-9223372036854775808", "2147483648", "'ß\u0130ŉ'", "'\u2028\t\x0b'",
    ];

    private static readonly string[] Filters =
    [
        "abs", "attr", "capitalize", "count", "d", "default", "dictsort", "e", "escape", "first", "float", "format", "indent", "int", "items", "join", "last", "length", "list", "lower", "map", "max", "min",
        "reject", "rejectattr", "replace", "reverse", "round", "safe", "select", "selectattr", "sort", "string", "sum", "title", "tojson", "trim", "unique", "upper",
    ];

    private static readonly string[] Methods =
    [
        "capitalize", "lower", "title", "upper", "strip", "lstrip", "rstrip", "removeprefix", "removesuffix", "replace", "split", "rsplit", "splitlines", "partition", "rpartition", "startswith", "endswith", "find", "rfind", "index", "rindex",
        "count", "join", "isalpha", "isdigit", "isnumeric", "isspace", "isupper", "format", "get", "keys", "values", "items", "copy", "append", "sort", "cycle", "__class__",
    ];

    private static readonly string[] Tests = ["defined", "undefined", "none", "string", "mapping", "sequence", "iterable", "number", "odd", "even", "divisibleby", "eq", "lt", "in", "sameas", "callable", "lower", "upper"];

    private static readonly string[] Operators = ["+", "-", "*", "/", "//", "%", "**", "~", "==", "!=", "<", ">=", "in", "not in", "and", "or"];

    private static readonly string[] Names = ["'role'", "'upper'", "'x.0.y'", "'string'", "attribute='role'", "default=1", "reverse=true", "'odd'", "case_sensitive=true", "indent=2", "start=[]", "fill_with=0", "width=9"];

    private readonly Random random = new(unchecked((number * 104729) + 3));

    /// <summary>The template.</summary>
    public byte[] Make()
    {
        var text = new StringBuilder("{% set ns = namespace(s='ab', l=[1]) %}{% macro m(x, y=1) %}{{ x }}{% endmacro %}");
        Block(text, 3);
        return Encoding.UTF8.GetBytes(text.ToString());
    }

    private void Block(StringBuilder text, int depth)
    {
        for (var statements = 1 + random.Next(4); statements > 0; statements--)
        {
            switch (depth == 0 ? 0 : random.Next(7))
            {
                case 1:
                    text.Append($"{{% for a in {Value(2)} %}}");
                    Block(text, depth - 1);
                    text.Append($"{{{{ loop.{Pick(["index", "last", "length", "revindex", "previtem", "nextitem", "depth", "cycle(1)"])} }}}}{{% else %}}x{{% endfor %}}");
                    break;
                case 2:
                    text.Append($"{{% if {Value(2)} is {Pick(Tests)}{Arguments(1)} %}}");
                    Block(text, depth - 1);
                    text.Append("{% endif %}");
                    break;
                case 3:
                    text.Append($"{{% set ns.{Pick(["s", "l"])} = {Value(2)} %}}");
                    break;
                case 4:
                    text.Append($"{{% set a, b = {Value(1)} %}}");
                    break;
                default:
                    text.Append($"{{{{ {Value(3)} }}}}");
                    break;
            }
        }
    }

    private string Value(int depth)
    {
        if (depth == 0)
            return Pick(Values);
        return random.Next(10) switch
        {
            0 or 1 or 2 => $"({Value(depth - 1)})|{Pick(Filters)}{Arguments(depth - 1)}",
            3 or 4 or 5 => $"({Value(depth - 1)}).{Pick(Methods)}({string.Join(", ", Enumerable.Range(0, random.Next(4)).Select(_ => Value(0)))})",
            6 => $"({Value(depth - 1)}) {Pick(Operators)} ({Value(depth - 1)})",
            7 => $"({Value(depth - 1)})[{(random.Next(2) == 0 ? Value(0) : $"{Index()}:{Index()}:{Index()}")}]",
            8 => $"({Value(depth - 1)} if {Value(0)} is {Pick(Tests)}{Arguments(0)} else {Value(0)})",
            _ => Pick(Values),
        };
    }

    private string Arguments(int depth)
    {
        var count = random.Next(4);
        return count == 0 ? "" : $"({string.Join(", ", Enumerable.Range(0, count).Select(i => i < count - 1 || random.Next(3) > 0 ? Value(depth > 0 ? 1 : 0) : Pick(Names)))})";
    }

    private string Index() => Pick(["", "1", "-1", "0", "none", "2147483648", "-99999999999999999999", "3"]);

    private string Pick(string[] from) => from[random.Next(from.Length)];
}
