using System.Globalization;
using TaskArithmetic.Evaluation.Jinja.Python;
using TaskArithmetic.Evaluation.Jinja.Rendering;
using TaskArithmetic.Evaluation.Jinja.Values;

namespace TaskArithmetic.Evaluation.Jinja.Filters;

/// <summary>The argument <c>attribute</c> of filters: a name, an index, or a path such as <c>address.0.city</c>.</summary>
internal static class AttributePath
{
    /// <summary>Reads the path from an item; without a path the item itself.</summary>
    public static Func<JinjaValue, JinjaValue> Of(RenderContext context, JinjaValue? attribute, JinjaValue? missing = null, bool ignoreCase = false)
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
            context.SpendOn(item as JinjaString);
            return Fold(item, ignoreCase);
        };
    }

    /// <summary>Reads several paths, separated by commas, as one key to sort by.</summary>
    public static Func<JinjaValue, JinjaValue> SeveralOf(RenderContext context, JinjaValue? attribute, bool ignoreCase)
    {
        JinjaValue?[] paths = attribute is JinjaString text ? [.. text.Value.Split(',').Select(path => (JinjaValue)path)] : [attribute];
        var reads = paths.Select(path => Of(context, path, ignoreCase: ignoreCase)).ToArray();
        return item => new JinjaList(reads.Select(read => read(item)));
    }

    /// <summary>Text in small letters where case is ignored; other values as they are.</summary>
    public static JinjaValue Fold(JinjaValue value, bool ignoreCase) =>
        ignoreCase && value is JinjaString text ? LetterCase.Lower(text.Value) : value;

    private static JinjaValue[] Parts(JinjaValue? attribute) => attribute switch
    {
        null or JinjaNone => [],
        JinjaString text => [.. text.Value.Split('.').Select(part =>
            int.TryParse(part, NumberStyles.None, CultureInfo.InvariantCulture, out var index) ? (JinjaValue)index : part)],
        _ => [attribute],
    };
}
