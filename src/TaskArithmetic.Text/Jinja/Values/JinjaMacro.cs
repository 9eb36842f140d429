using TaskArithmetic.Text.Jinja.Rendering;
using TaskArithmetic.Text.Jinja.Syntax.Statements;
using TaskArithmetic.Text.Python;

namespace TaskArithmetic.Text.Jinja.Values;

/// <summary>A macro with the scope it was defined in.</summary>
internal sealed class JinjaMacro(MacroDefinition definition, Scope closure) : PythonValue
{
    public override string TypeName => "Macro";

    internal override PythonValue? GetAttribute(string name) => name switch
    {
        "name" => definition.Name,
        "arguments" => new PythonTuple(definition.Parameters.Select(p => (PythonValue)p.Name)),
        "catch_kwargs" => definition.UsedNames.Contains("kwargs"),
        "catch_varargs" => definition.UsedNames.Contains("varargs"),
        "caller" => definition.UsedNames.Contains("caller"),
        _ => null,
    };

    internal override PythonValue Call(JinjaArguments arguments)
    {
        var context = arguments.Context;
        var scope = new Scope(closure);
        var rest = new OrderedDictionary<string, PythonValue>(arguments.Keywords);
        BindParameters(arguments, scope, rest);
        BindSpecialNames(arguments, scope, rest);

        var line = context.Line;
        foreach (var (name, value) in definition.Parameters)
        {
            // Only now, since a default may use the parameters before it.
            if (scope.FindOwn(name) is null)
                scope.Set(name, value is null ? context.Undefined($"parameter '{name}' was not provided") : context.Within(scope, () => value.Evaluate(context)));
        }
        var text = definition.Body.Render(context, scope);
        context.Line = line;
        return text;
    }

    internal override void WriteRepr(ReprWriter writer) => writer.Text.Append($"<Macro '{definition.Name}'>");

    private void BindParameters(JinjaArguments arguments, Scope scope, OrderedDictionary<string, PythonValue> rest)
    {
        for (var i = 0; i < definition.Parameters.Count; i++)
        {
            var name = definition.Parameters[i].Name;
            if (i < arguments.Positional.Count)
                scope.Set(name, arguments.Positional[i]);
            else if (rest.Remove(name, out var value))
                scope.Set(name, value);
        }
    }

    private void BindSpecialNames(JinjaArguments arguments, Scope scope, OrderedDictionary<string, PythonValue> rest)
    {
        if (definition.UsedNames.Contains("caller") && scope.FindOwn("caller") is null)
            scope.Set("caller", rest.Remove("caller", out var caller) ? caller : arguments.Context.Undefined("No caller defined"));

        if (definition.UsedNames.Contains("kwargs"))
            scope.Set("kwargs", new PythonDictionary(rest));
        else if (rest.Count > 0)
            throw RenderError.Type(rest.ContainsKey("caller")
                ? $"macro '{definition.Name}' was invoked with two values for the special caller argument. This is most likely a bug."
                : $"macro '{definition.Name}' takes no keyword argument '{rest.GetAt(0).Key}'");

        if (definition.UsedNames.Contains("varargs"))
            scope.Set("varargs", new PythonTuple(arguments.Positional.Skip(definition.Parameters.Count)));
        else if (arguments.Positional.Count > definition.Parameters.Count)
            throw RenderError.Type(rest.ContainsKey("caller")
                ? $"macro '{definition.Name}' was invoked with two values for the special caller argument. This is most likely a bug."
                : $"macro '{definition.Name}' takes not more than {definition.Parameters.Count} argument(s)");
    }
}
