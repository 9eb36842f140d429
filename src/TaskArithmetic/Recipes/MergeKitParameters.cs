namespace TaskArithmetic.Recipes;

/// <summary>Reads the parameters of a mergekit file: numbers, gradients, and values by filter.</summary>
internal static class MergeKitParameters
{
    private const string Value = "a number, a list of numbers, or values by filter";

    /// <summary>Switches of mergekit's own memory use, which no result depends on.</summary>
    private static readonly string[] WithoutMeaning = ["int8_mask"];

    /// <summary>The parameters of a mapping. An empty list counts as not set, as in mergekit.</summary>
    /// <param name="place">The mapping.</param>
    /// <param name="remember">Learns where each parameter stands.</param>
    public static Dictionary<string, ParameterValue> Read(MergeKitPlace place, Action<string, MergeKitPlace> remember)
    {
        var parameters = new Dictionary<string, ParameterValue>(StringComparer.Ordinal);
        if (place.IsNull)
            return parameters;
        foreach (var (name, value) in place.Entries("a mapping of parameters"))
        {
            remember(name, value);
            if (ReadValue(value) is { } read && !WithoutMeaning.Contains(name))
                parameters[name] = read;
        }
        return parameters;
    }

    private static ParameterValue? ReadValue(MergeKitPlace place) => place.Node switch
    {
        MergeKitList { Items: [] } => null,
        MergeKitList { Items: var items } when items.All(i => i is MergeKitMap) => Filtered(place.Items(Value)),
        MergeKitMap => Filtered([place]),
        _ => ReadScalars(place) is { } values ? ParameterValue.Of(values) : null,
    };

    private static ParameterValue? Filtered(IReadOnlyList<MergeKitPlace> places)
    {
        var entries = places.Select(ReadEntry).OfType<FilteredValue>().ToList();
        return entries.Count > 0 ? ParameterValue.Filtered(entries) : null;
    }

    private static FilteredValue? ReadEntry(MergeKitPlace place)
    {
        var entries = place.Entries(Value, "filter", "value");
        var filter = entries.TryGetValue("filter", out var given) && !given.IsNull && given.TryText("a part of a tensor's name", out var text) ? text : null;
        if (entries.TryGetValue("value", out var value))
            return ReadScalars(value) is { } values ? new FilteredValue(filter, values) : null;
        place.Findings.Add(MergeKitDiagnostics.KeyMissing(place.Where, place.File, "the key 'value' is missing. Give the value for the tensors that the filter fits"));
        return null;
    }

    private static IReadOnlyList<Scalar>? ReadScalars(MergeKitPlace place)
    {
        if (place.Node is MergeKitText { IsNull: false } text)
            return [text.Scalar];
        if (place.Node is not MergeKitList { Items.Count: > 0 })
        {
            place.Refuse(Value);
            return null;
        }
        var items = place.Items(Value);
        foreach (var wrong in items.Where(i => i.Text is null))
            wrong.Refuse("a number of a gradient");
        return items.All(i => i.Text is not null) ? [.. items.Select(i => ((MergeKitText)i.Node).Scalar)] : null;
    }
}
