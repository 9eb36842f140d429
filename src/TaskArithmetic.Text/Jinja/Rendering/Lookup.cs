using TaskArithmetic.Text.Jinja.Values;
using TaskArithmetic.Text.Python;

namespace TaskArithmetic.Text.Jinja.Rendering;

/// <summary>Attributes and items as a Jinja2 environment looks them up, the sandbox's refusals included.</summary>
internal static class Lookup
{
    private static readonly HashSet<string> ListChanges = ["append", "clear", "pop", "reverse", "insert", "sort", "extend", "remove"];
    private static readonly HashSet<string> DictionaryChanges = ["clear", "pop", "popitem", "setdefault", "update"];

    /// <summary><c>value.name</c>: the attribute first, then the item.</summary>
    public static PythonValue Attribute(RenderContext context, PythonValue value, string name) =>
        value.GetAttribute(name) is { } attribute ? Guard(context, value, name, attribute)
        : IsHidden(value, name) ? Unsafe(context, value, name)
        : value.GetItem(new PythonString(name)) ?? Missing(context, value, name);

    /// <summary><c>value[key]</c>: the item first, then the attribute.</summary>
    public static PythonValue Item(RenderContext context, PythonValue value, PythonValue key)
    {
        if (value is PythonRange or PythonSequence or PythonString && key is PythonSlice { HasZeroStep: true })
            throw RenderError.Value("slice step cannot be zero");
        context.SpendOn(key as PythonString);
        if (value.GetItem(key) is { } item)
            return item;
        if (key is PythonSlice)
            throw RenderError.Type(value is PythonDictionary ? "unhashable type: 'slice'" : $"'{value.TypeName}' object is not subscriptable");
        if (key is not PythonString name)
            return context.Undefined($"{Describe(value)} has no element {Repr(key)}");
        return value.GetAttribute(name.Value) is { } attribute ? Guard(context, value, name.Value, attribute)
            : IsHidden(value, name.Value) ? Unsafe(context, value, name.Value)
            : Missing(context, value, name.Value);
    }

    /// <summary>The attribute alone, for the filter <c>attr</c>.</summary>
    public static PythonValue AttributeOnly(RenderContext context, PythonValue value, string name) =>
        value.GetAttribute(name) is { } attribute ? Guard(context, value, name, attribute)
        : IsHidden(value, name) ? Unsafe(context, value, name)
        : Missing(context, value, name);

    private static JinjaUndefined Missing(RenderContext context, PythonValue value, string name) =>
        context.Undefined($"'{Describe(value)}' has no attribute {Repr(new PythonString(name))}");

    private static PythonValue Guard(RenderContext context, PythonValue value, string name, PythonValue attribute) =>
        context.Options.Immutable && Changes(value, name) ? Unsafe(context, value, name) : attribute;

    private static bool Changes(PythonValue value, string name) => value switch
    {
        PythonList => ListChanges.Contains(name),
        PythonDictionary => DictionaryChanges.Contains(name),
        _ => false,
    };

    // What a Python object keeps under such names leads out of the template, so no environment gives it.
    private static bool IsHidden(PythonValue value, string name) =>
        value is not (JinjaUndefined or JinjaNamespace) && name.Length > 4 && name.StartsWith("__", StringComparison.Ordinal) && name.EndsWith("__", StringComparison.Ordinal);

    private static JinjaUndefined Unsafe(RenderContext context, PythonValue value, string name) =>
        context.Undefined($"access to attribute {Repr(new PythonString(name))} of '{value.TypeName}' object is unsafe.", "SecurityError");

    private static string Describe(PythonValue value) => value switch
    {
        PythonNone => "None",
        JinjaNamespace => "jinja2.utils.Namespace object",
        JinjaLoop => "jinja2.runtime.LoopContext object",
        JinjaMacro => "jinja2.runtime.Macro object",
        _ => value.TypeName + " object",
    };

    private static string Repr(PythonValue value)
    {
        var writer = new Python.ReprWriter();
        writer.Value(value);
        return writer.Text.ToString();
    }
}
