using System.CommandLine;
using System.CommandLine.Parsing;
using TaskArithmetic.Diagnostics;
using TaskArithmetic.Methods;
using TaskArithmetic.Recipes;

namespace TaskArithmetic.Tool.Commands;

/// <summary>Options for the parameters of all methods, made from the schemas: a method that is added has its options by existing.</summary>
internal sealed class MethodOptions
{
    private readonly List<(string Parameter, Option<ParameterValue?> Option)> options;

    /// <param name="methods">The methods that can be named.</param>
    /// <param name="taken">Names of other options.</param>
    public MethodOptions(MergeMethods methods, IEnumerable<string> taken)
    {
        var names = taken.ToHashSet(StringComparer.Ordinal);
        options =
        [
            .. methods.All
                .SelectMany(m => m.Schema.Parameters.Select(p => (m.Schema.Name, Parameter: p)))
                .GroupBy(p => p.Parameter.Name, StringComparer.Ordinal)
                .Where(same => !names.Contains(MethodsPage.OptionOf(same.First().Parameter)))
                .OrderBy(same => same.Key, StringComparer.Ordinal)
                .Select(same => (same.Key, Create([.. same]))),
        ];
    }

    /// <summary>The options.</summary>
    public IEnumerable<Option> All => options.Select(o => o.Option);

    /// <summary>What the call gives for the whole merge.</summary>
    public Dictionary<string, ParameterValue> Of(ParseResult parsed) =>
        options.Where(o => parsed.GetValue(o.Option) is not null).ToDictionary(o => o.Parameter, o => parsed.GetValue(o.Option)!, StringComparer.Ordinal);

    private static Option<ParameterValue?> Create(IReadOnlyList<(string Method, MethodParameter Parameter)> same)
    {
        var first = same[0].Parameter;
        var name = MethodsPage.OptionOf(first);
        var kinds = same.Select(s => s.Parameter.Kind).Distinct().ToList();
        var isSwitch = kinds is [ParameterKind.Flag];
        return new Option<ParameterValue?>(name)
        {
            Description = Describe(same),
            HelpName = isSwitch ? "true|false" : kinds.Contains(ParameterKind.Text) ? "TEXT" : "X",
            Arity = isSwitch ? ArgumentArity.ZeroOrOne : ArgumentArity.ExactlyOne,
            CustomParser = result => Parse(result, name, kinds),
        };
    }

    /// <summary>Methods that mean the same by a name share one description, and defaults that differ are told by method.</summary>
    private static string Describe(IReadOnlyList<(string Method, MethodParameter Parameter)> same)
    {
        var scope = same[0].Parameter.Scope == ParameterScope.Input ? " For vectors that give none." : "";
        var defaults = same.Select(s => MethodsPage.DefaultOf(s.Parameter)).Distinct().ToList() is [var only]
            ? only
            : string.Join(", ", same.Select(s => $"{s.Method} {MethodsPage.DefaultOf(s.Parameter)}"));
        return $"{same[0].Parameter.Description}{scope} Of {string.Join(", ", same.Select(s => s.Method))}; default: {defaults}.";
    }

    private static ParameterValue? Parse(ArgumentResult result, string name, IReadOnlyList<ParameterKind> kinds)
    {
        if (result.Tokens.Count == 0)
            return true;
        var text = result.Tokens[0].Value;
        try
        {
            var value = ParameterValue.Parse(text);
            if (kinds.Any(kind => value.Entries.SelectMany(e => e.Values).All(v => Is(kind, v))))
                return value;
            result.AddError($"{name} must be {Expected(kinds[0])}, not '{Printable.Start(text)}'");
        }
        catch (FormatException e)
        {
            result.AddError($"{name} must be {Expected(kinds[0])}, a list over depth, or a list of values by filter, not '{Printable.Start(text)}': {e.Message.TrimEnd('.')}");
        }
        return null;
    }

    private static bool Is(ParameterKind kind, Scalar value) => kind switch
    {
        ParameterKind.Flag => value.AsFlag() is not null,
        ParameterKind.Number => value.AsNumber() is { } number && double.IsFinite(number),
        ParameterKind.Integer => value.AsNumber() is { } whole && double.IsInteger(whole),
        _ => true,
    };

    private static string Expected(ParameterKind kind) => kind switch
    {
        ParameterKind.Flag => "true or false",
        ParameterKind.Number => "a number such as 0.7",
        ParameterKind.Integer => "a whole number",
        _ => "a text",
    };
}
