using TaskArithmetic.Evaluation.Jinja.Values;

namespace TaskArithmetic.Evaluation.Jinja.Rendering;

/// <summary>Attributes and items as a Jinja2 environment looks them up, the sandbox's refusals included.</summary>
internal static class Lookup
{
    private static readonly HashSet<string> ListChanges = ["append", "clear", "pop", "reverse", "insert", "sort", "extend", "remove"];
    private static readonly HashSet<string> DictionaryChanges = ["clear", "pop", "popitem", "setdefault", "update"];

    /// <summary><c>value.name</c>: the attribute first, then the item.</summary>
    public static JinjaValue Attribute(RenderContext context, JinjaValue value, string name) =>
        value.GetAttribute(name) is { } attribute ? Guard(context, value, name, attribute)
        : IsHidden(value, name) ? Unsafe(context, value, name)
        : value.GetItem(new JinjaString(name)) ?? Missing(context, value, name);

    /// <summary><c>value[key]</c>: the item first, then the attribute.</summary>
    public static JinjaValue Item(RenderContext context, JinjaValue value, JinjaValue key)
    {
        if (value is JinjaRange or JinjaSequence or JinjaString && key is JinjaSlice { HasZeroStep: true })
            throw RenderError.Value("slice step cannot be zero");
        context.SpendOn(key as JinjaString);
        if (value.GetItem(key) is { } item)
            return item;
        if (key is JinjaSlice)
            throw RenderError.Type(value is JinjaDictionary ? "unhashable type: 'slice'" : $"'{value.TypeName}' object is not subscriptable");
        if (key is not JinjaString name)
            return context.Undefined($"{Describe(value)} has no element {Repr(key)}");
        return value.GetAttribute(name.Value) is { } attribute ? Guard(context, value, name.Value, attribute)
            : IsHidden(value, name.Value) ? Unsafe(context, value, name.Value)
            : Missing(context, value, name.Value);
    }

    /// <summary>The attribute alone, for the filter <c>attr</c>.</summary>
    public static JinjaValue AttributeOnly(RenderContext context, JinjaValue value, string name) =>
        value.GetAttribute(name) is { } attribute ? Guard(context, value, name, attribute)
        : IsHidden(value, name) ? Unsafe(context, value, name)
        : Missing(context, value, name);

    private static JinjaUndefined Missing(RenderContext context, JinjaValue value, string name) =>
        context.Undefined($"'{Describe(value)}' has no attribute {Repr(new JinjaString(name))}");

    private static JinjaValue Guard(RenderContext context, JinjaValue value, string name, JinjaValue attribute) =>
        context.Options.Immutable && Changes(value, name) ? Unsafe(context, value, name) : attribute;

    private static bool Changes(JinjaValue value, string name) => value switch
    {
        JinjaList => ListChanges.Contains(name),
        JinjaDictionary => DictionaryChanges.Contains(name),
        _ => false,
    };

    // What a Python object keeps under such names leads out of the template, so no environment gives it.
    private static bool IsHidden(JinjaValue value, string name) =>
        value is not (JinjaUndefined or JinjaNamespace) && name.Length > 4 && name.StartsWith("__", StringComparison.Ordinal) && name.EndsWith("__", StringComparison.Ordinal);

    private static JinjaUndefined Unsafe(RenderContext context, JinjaValue value, string name) =>
        context.Undefined($"access to attribute {Repr(new JinjaString(name))} of '{value.TypeName}' object is unsafe.", "SecurityError");

    private static string Describe(JinjaValue value) => value switch
    {
        JinjaNone => "None",
        JinjaNamespace => "jinja2.utils.Namespace object",
        JinjaLoop => "jinja2.runtime.LoopContext object",
        JinjaMacro => "jinja2.runtime.Macro object",
        _ => value.TypeName + " object",
    };

    private static string Repr(JinjaValue value)
    {
        var writer = new Python.ReprWriter();
        writer.Value(value);
        return writer.Text.ToString();
    }
}
