namespace TaskArithmetic.Methods;

/// <summary>The values of a method's parameters for one output tensor: gradients, filters and defaults are resolved, ranges are checked.</summary>
/// <param name="global">Values for the merge, by parameter: double, bool or string.</param>
/// <param name="inputs">Values for each input, by parameter.</param>
public sealed class MethodArguments(IReadOnlyDictionary<string, object> global, IReadOnlyList<IReadOnlyDictionary<string, object>> inputs)
{
    /// <summary>Number of inputs.</summary>
    public int Count => inputs.Count;

    /// <summary>Whether the merge-wide parameter has a value.</summary>
    public bool Has(string name) => global.ContainsKey(name);

    /// <summary>Whether an input's parameter has a value.</summary>
    public bool Has(int input, string name) => inputs[input].ContainsKey(name);

    /// <summary>A number of the merge.</summary>
    public double Number(string name) => (double)global[name];

    /// <summary>A whole number of the merge.</summary>
    public int Integer(string name) => (int)(double)global[name];

    /// <summary>A switch of the merge.</summary>
    public bool Flag(string name) => (bool)global[name];

    /// <summary>A text of the merge.</summary>
    public string Text(string name) => (string)global[name];

    /// <summary>A number of one input.</summary>
    public double Number(int input, string name) => (double)inputs[input][name];

    /// <summary>A text of one input.</summary>
    public string Text(int input, string name) => (string)inputs[input][name];

    /// <summary>A number of every input, in their order.</summary>
    public double[] Numbers(string name) => [.. inputs.Select(i => (double)i[name])];

    /// <summary>All values, for keys and explanations, in a fixed order.</summary>
    internal IEnumerable<(int? Input, string Name, object Value)> All =>
        global.OrderBy(p => p.Key, StringComparer.Ordinal).Select(p => ((int?)null, p.Key, p.Value))
            .Concat(inputs.SelectMany((values, i) => values.OrderBy(p => p.Key, StringComparer.Ordinal).Select(p => ((int?)i, p.Key, p.Value))));
}
