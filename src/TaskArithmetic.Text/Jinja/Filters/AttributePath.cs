using System.Globalization;
using TaskArithmetic.Text.Jinja.Rendering;
using TaskArithmetic.Text.Jinja.Values;
using TaskArithmetic.Text.Python;

namespace TaskArithmetic.Text.Jinja.Filters;

/// <summary>The argument <c>attribute</c> of filters: a name, an index, or a path such as <c>address.0.city</c>.</summary>
internal static class AttributePath
{
    /// <summary>Reads the path from an item; without a path the item itself.</summary>
    public static Func<PythonValue, PythonValue> Of(RenderContext context, PythonValue? attribute, PythonValue? missing = null, bool ignoreCase = false)
    {
        var parts = Parts(attribute);
        return item =>
        {
            context.Spend(1);
            foreach (var part in parts)
            {
                item = Lookup.Item(context, item, part);
                if (missing is not null && item is JinjaUndefined)
                    item = missing;
            }
            context.SpendOn(item as PythonString);
            return Fold(item, ignoreCase);
        };
    }

    /// <summary>Reads several paths, separated by commas, as one key to sort by.</summary>
    public static Func<PythonValue, PythonValue> SeveralOf(RenderContext context, PythonValue? attribute, bool ignoreCase)
    {
        PythonValue?[] paths = attribute is PythonString text ? [.. text.Value.Split(',').Select(path => (PythonValue)path)] : [attribute];
        var reads = paths.Select(path => Of(context, path, ignoreCase: ignoreCase)).ToArray();
        return item => new PythonList(reads.Select(read => read(item)));
    }

    /// <summary>Text in small letters where case is ignored; other values as they are.</summary>
    public static PythonValue Fold(PythonValue value, bool ignoreCase) =>
        ignoreCase && value is PythonString text ? LetterCase.Lower(text.Value) : value;

    private static PythonValue[] Parts(PythonValue? attribute) => attribute switch
    {
        null or PythonNone => [],
        PythonString text => [.. text.Value.Split('.').Select(part =>
            int.TryParse(part, NumberStyles.None, CultureInfo.InvariantCulture, out var index) ? (PythonValue)index : part)],
        _ => [attribute],
    };
}
