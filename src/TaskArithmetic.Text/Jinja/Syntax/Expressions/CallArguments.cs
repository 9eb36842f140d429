using TaskArithmetic.Text.Jinja.Rendering;
using TaskArithmetic.Text.Jinja.Values;
using TaskArithmetic.Text.Python;

namespace TaskArithmetic.Text.Jinja.Syntax.Expressions;

/// <summary>What stands between the parentheses of a call, a filter or a test.</summary>
internal sealed record CallArguments(
    IReadOnlyList<Expression> Positional,
    IReadOnlyList<(string Name, Expression Value)> Keywords,
    Expression? Unpacked,
    Expression? UnpackedKeywords)
{
    public static CallArguments None { get; } = new([], [], null, null);

    /// <summary>The arguments' values, with <paramref name="first"/> before them unless it is null.</summary>
    public JinjaArguments Evaluate(RenderContext context, PythonValue? first = null)
    {
        var positional = new List<PythonValue>(Positional.Count + 1);
        if (first is not null)
            positional.Add(first);
        foreach (var argument in Positional)
            positional.Add(argument.Evaluate(context));
        if (Unpacked is not null)
        {
            var unpacked = Unpacked.Evaluate(context);
            context.Spend(unpacked.Length ?? 0);
            positional.AddRange(unpacked.Iterate());
        }
        if (Keywords.Count == 0 && UnpackedKeywords is null)
            return new JinjaArguments(context, positional);

        var keywords = new OrderedDictionary<string, PythonValue>(StringComparer.Ordinal);
        foreach (var (name, value) in Keywords)
            keywords[name] = value.Evaluate(context);
        if (UnpackedKeywords is not null)
            Unpack(UnpackedKeywords.Evaluate(context), keywords);
        return new JinjaArguments(context, positional, keywords);
    }

    private static void Unpack(PythonValue mapping, OrderedDictionary<string, PythonValue> keywords)
    {
        if (mapping is not PythonDictionary dictionary)
            throw RenderError.Type($"argument after ** must be a mapping, not {mapping.TypeName}");
        foreach (var (key, value) in dictionary.Mutable)
            keywords[key is PythonString name ? name.Value : throw RenderError.Type("keywords must be strings")] = value;
    }
}
