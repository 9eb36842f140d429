using System.Globalization;
using System.Text.Json;
using TaskArithmetic.Diagnostics;

namespace TaskArithmetic.LanguageModels;

/// <summary>
/// Typed access to one JSON object of a model configuration. A value of the wrong kind is noted and a harmless
/// stand-in returned, so that one pass finds every problem.
/// </summary>
internal sealed class ConfigurationKeys(JsonElement json, string file, List<Diagnostic> problems)
{
    /// <summary>All keys of the object.</summary>
    public IEnumerable<string> Names => json.EnumerateObject().Select(property => property.Name);

    public bool Has(string key) => json.TryGetProperty(key, out _);

    /// <summary>The value of a key that is present and not null.</summary>
    public bool TryGet(string key, out JsonElement value) =>
        json.TryGetProperty(key, out value) && value.ValueKind != JsonValueKind.Null;

    /// <summary>A whole number from <paramref name="minimum"/> to <paramref name="maximum"/>; null where the key is absent or null.</summary>
    public int? Integer(string key, int minimum, int maximum = int.MaxValue)
    {
        if (!TryGet(key, out var value))
            return null;
        if (value.ValueKind == JsonValueKind.Number && value.TryGetInt32(out var number) && number >= minimum && number <= maximum)
            return number;
        Invalid(key, $"is {Listing.Short(value.GetRawText())}, not a whole number {(maximum == int.MaxValue ? $"of at least {minimum}" : $"from {minimum} to {maximum}")}");
        return minimum;
    }

    /// <summary>As <see cref="Integer"/>, but absence is a problem too.</summary>
    public int RequiredInteger(string key, int minimum, int maximum = int.MaxValue)
    {
        if (Integer(key, minimum, maximum) is { } number)
            return number;
        Invalid(key, "is missing");
        return minimum;
    }

    /// <summary>A finite number accepted by <paramref name="accept"/>; null where the key is absent or null.</summary>
    public double? Number(string key, Func<double, bool> accept, string expected)
    {
        if (!TryGet(key, out var value))
            return null;
        if (value.ValueKind == JsonValueKind.Number && value.TryGetDouble(out var number) && double.IsFinite(number) && accept(number))
            return number;
        Invalid(key, $"is {Listing.Short(value.GetRawText())}, not {expected}");
        return null;
    }

    public bool Boolean(string key, bool absent)
    {
        if (!TryGet(key, out var value))
            return absent;
        if (value.ValueKind is JsonValueKind.True or JsonValueKind.False)
            return value.GetBoolean();
        Invalid(key, $"is {Listing.Short(value.GetRawText())}, not true or false");
        return absent;
    }

    public string? Text(string key)
    {
        if (!TryGet(key, out var value))
            return null;
        if (value.ValueKind == JsonValueKind.String)
            return value.GetString();
        Invalid(key, $"is {Listing.Short(value.GetRawText())}, not a string");
        return null;
    }

    /// <summary>A list of strings; null where the key is absent, null or no such list.</summary>
    public IReadOnlyList<string>? Texts(string key)
    {
        if (!TryGet(key, out var value))
            return null;
        if (value.ValueKind == JsonValueKind.Array && value.EnumerateArray().All(item => item.ValueKind == JsonValueKind.String))
            return [.. value.EnumerateArray().Select(item => item.GetString()!)];
        Invalid(key, "is not a list of strings");
        return null;
    }

    /// <summary>A list of finite numbers; null where the key is absent or no such list.</summary>
    public IReadOnlyList<double>? Numbers(string key)
    {
        if (!TryGet(key, out var value) || value.ValueKind != JsonValueKind.Array)
            return null;
        var numbers = value.EnumerateArray().Select(item => item.ValueKind == JsonValueKind.Number && item.TryGetDouble(out var number) ? number : double.NaN).ToList();
        return numbers.TrueForAll(double.IsFinite) ? numbers : null;
    }

    /// <summary>One token id or a list of them; null where the key is absent or null.</summary>
    public IReadOnlyList<int>? TokenIds(string key)
    {
        if (!TryGet(key, out var value))
            return null;
        JsonElement[] items = value.ValueKind == JsonValueKind.Array ? [.. value.EnumerateArray()] : [value];
        var ids = new List<int>(items.Length);
        foreach (var item in items)
        {
            if (item.ValueKind == JsonValueKind.Number && item.TryGetInt32(out var id))
                ids.Add(id);
            else
                Invalid(key, string.Create(CultureInfo.InvariantCulture, $"is {Listing.Short(value.GetRawText())}, not a token id or a list of token ids"));
        }
        return ids;
    }

    private void Invalid(string key, string problem) => problems.Add(LanguageModelDiagnostics.InvalidKey(file, key, problem));
}
