using TaskArithmetic.Text.Jinja.Values;
using TaskArithmetic.Text.Python;

namespace TaskArithmetic.Text.Jinja.Rendering;

/// <summary>The parameters of a built-in filter, test, function or method, in the form <c>value chars=</c> with <c>=</c> after optional ones.</summary>
internal sealed class Signature
{
    private readonly string name;
    private readonly string[] parameters;
    private readonly int required;

    public Signature(string name, string parameters)
    {
        this.name = name;
        var split = parameters.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        this.parameters = [.. split.Select(p => p.TrimEnd('='))];
        required = split.Count(p => !p.EndsWith('='));
    }

    /// <summary>One value a parameter; null where it is not given.</summary>
    public PythonValue?[] Bind(JinjaArguments arguments)
    {
        if (arguments.Positional.Count > parameters.Length)
            throw RenderError.Type($"{name}() takes {(required < parameters.Length ? $"from {required} to " : "")}{parameters.Length} positional argument{(parameters.Length == 1 ? "" : "s")} but {arguments.Positional.Count} were given");
        var values = new PythonValue?[parameters.Length];
        for (var i = 0; i < arguments.Positional.Count; i++)
            values[i] = arguments.Positional[i];
        foreach (var (key, value) in arguments.Keywords)
        {
            var place = Array.IndexOf(parameters, key);
            if (place < 0)
                throw RenderError.Type($"{name}() got an unexpected keyword argument '{key}'");
            if (values[place] is not null)
                throw RenderError.Type($"{name}() got multiple values for argument '{key}'");
            values[place] = value;
        }
        var missing = parameters.Take(required).Where((_, i) => values[i] is null).Select(p => $"'{p}'").ToArray();
        return missing.Length == 0 ? values : throw RenderError.Type(
            $"{name}() missing {missing.Length} required positional argument{(missing.Length == 1 ? "" : "s")}: {string.Join(" and ", missing)}");
    }
}
