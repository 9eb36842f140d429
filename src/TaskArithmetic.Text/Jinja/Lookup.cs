using TaskArithmetic.Text.Python;

namespace TaskArithmetic.Text.Jinja;

/// <summary>Attributes and items as a Jinja2 environment looks them up, the sandbox's refusals included.</summary>
internal static class Lookup
{
    /// <summary><c>value.name</c>: the attribute first, then the item.</summary>
    public static PythonValue Attribute(RenderContext context, PythonValue value, string name) =>
        Own(context, value, name) ?? value.GetItem(new PythonString(name)) ?? Missing(context, value, name);

    /// <summary><c>value[key]</c>: the item first, then the attribute.</summary>
    public static PythonValue Item(RenderContext context, PythonValue value, PythonValue key)
    {
        if (value is PythonRange or PythonSequence or PythonString && key is PythonSlice { HasZeroStep: true })
            throw PythonError.Value("slice step cannot be zero");
        context.SpendOn(key as PythonString);
        if (value.GetItem(key) is { } item)
            return item;
        if (key is PythonSlice)
            throw PythonError.Type(value is PythonDictionary ? "unhashable type: 'slice'" : $"'{value.TypeName}' object is not subscriptable");
        return key is PythonString name ? AttributeOnly(context, value, name.Value) : context.Undefined($"{Describe(value)} has no element {key.Repr()}");
    }

    /// <summary>The attribute alone, for the filter <c>attr</c>.</summary>
    public static PythonValue AttributeOnly(RenderContext context, PythonValue value, string name) => Own(context, value, name) ?? Missing(context, value, name);

    // What a Python object keeps under such names leads out of the template, so no environment gives it.
    public static bool IsHidden(string name) => name.Length > 4 && name.StartsWith("__", StringComparison.Ordinal) && name.EndsWith("__", StringComparison.Ordinal);

    private static PythonValue? Own(RenderContext context, PythonValue value, string name)
    {
        var attribute = value.GetAttribute(name);
        var isUnsafe = attribute is null ? value is not (JinjaUndefined or JinjaNamespace) && IsHidden(name) : context.Options.Immutable && Changes(value, name);
        return isUnsafe ? context.Undefined($"access to attribute {new PythonString(name).Repr()} of '{value.TypeName}' object is unsafe.", "SecurityError") : attribute;
    }

    private static bool Changes(PythonValue value, string name) =>
        value is PythonList ? SequenceMethods.Changing.Contains(name) : value is PythonDictionary && DictionaryMethods.Changing.Contains(name);

    private static JinjaUndefined Missing(RenderContext context, PythonValue value, string name) =>
        context.Undefined($"'{Describe(value)}' has no attribute {new PythonString(name).Repr()}");

    private static string Describe(PythonValue value) => value is PythonNone ? "None" : value.TypeName + " object";
}
