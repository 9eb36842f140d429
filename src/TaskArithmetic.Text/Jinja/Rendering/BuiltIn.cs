using TaskArithmetic.Text.Jinja.Values;
using TaskArithmetic.Text.Python;

namespace TaskArithmetic.Text.Jinja.Rendering;

/// <summary>A built-in filter, function or method: its parameters and what it does.</summary>
internal sealed class BuiltIn(string name, string parameters, Func<RenderContext, PythonValue?[], PythonValue> body)
{
    private readonly Signature signature = new(name, parameters);

    public string Name => name;

    public PythonValue Invoke(JinjaArguments arguments)
    {
        var values = signature.Bind(arguments);
        foreach (var value in values)
            arguments.Context.SpendOn(value);
        // A method of text that is given another text most likely looks for it.
        if (values is [PythonString text, PythonString part, ..])
            arguments.Context.SpendOnSearch(text.Value, part.Value);
        return body(arguments.Context, values);
    }

    /// <summary>The method bound to a value, which becomes the first argument.</summary>
    public JinjaCallable Bind(PythonValue self) => new(name, arguments => Invoke(arguments.Prepend(self)));

    public static Dictionary<string, BuiltIn> Table(params IEnumerable<BuiltIn> entries) => entries.ToDictionary(e => e.Name, StringComparer.Ordinal);
}
