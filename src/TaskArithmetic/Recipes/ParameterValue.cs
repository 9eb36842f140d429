using System.Globalization;
using System.IO.Enumeration;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace TaskArithmetic.Recipes;

/// <summary>
/// What a recipe says of a parameter: one value, a gradient over the depth, or values for tensors by filter. The same forms as in
/// mergekit's YAML and in the JSON of a recipe: <c>0.7</c>, <c>[0.8, 0.2]</c>, <c>{"filter": "mlp", "value": 0.5}</c>, or a list of those.
/// </summary>
[JsonConverter(typeof(ParameterValueConverter))]
public sealed record ParameterValue
{
    private ParameterValue(IReadOnlyList<FilteredValue> entries) => Entries = entries;

    /// <summary>What is said, in order; the first entry whose filter fits a tensor counts.</summary>
    public IReadOnlyList<FilteredValue> Entries { get; }

    /// <summary>One value, or a gradient, for all tensors.</summary>
    public static ParameterValue Of(params IReadOnlyList<Scalar> values) => new([new FilteredValue(null, values)]);

    /// <summary>One number for all tensors.</summary>
    public static ParameterValue Of(double value) => Of([new Scalar(value)]);

    /// <summary>One number for all tensors.</summary>
    public static implicit operator ParameterValue(double value) => Of(value);

    /// <summary>One switch for all tensors.</summary>
    public static implicit operator ParameterValue(bool value) => Of([new Scalar(value)]);

    /// <summary>Values by filter.</summary>
    public static ParameterValue Filtered(IEnumerable<FilteredValue> entries) => new([.. entries]);

    /// <summary>What is said here first, and where no filter fits, what <paramref name="outer"/> says.</summary>
    public ParameterValue Or(ParameterValue? outer) => outer is null || Entries.Any(e => e.Filter is null or "*") ? this : new([.. Entries, .. outer.Entries]);

    /// <summary>Reads a number, true, false, a word, <c>[0.8, 0.2]</c>, or the JSON of values by filter.</summary>
    /// <exception cref="FormatException">It is none of them.</exception>
    public static ParameterValue Parse(string text)
    {
        var trimmed = text.Trim();
        if (trimmed.Length > 0 && trimmed[0] is '[' or '{')
        {
            try
            {
                return JsonSerializer.Deserialize<ParameterValue>(trimmed) ?? throw new FormatException("it is null");
            }
            catch (JsonException e)
            {
                throw new FormatException(e.Message, e);
            }
        }
        return Of([Scalar.Parse(trimmed)]);
    }

    /// <summary>The value for a tensor, or null where no filter fits it.</summary>
    /// <param name="tensorName">The name that filters are held against.</param>
    /// <param name="t">Depth of its layer from 0 to 1; 0 for tensors outside of the layers.</param>
    public Scalar? At(string tensorName, double t)
    {
        foreach (var entry in Entries)
        {
            if (entry.Fits(tensorName))
                return entry.At(t);
        }
        return null;
    }

    /// <inheritdoc/>
    public bool Equals(ParameterValue? other) => other is not null && Entries.SequenceEqual(other.Entries);

    /// <inheritdoc/>
    public override int GetHashCode() => Entries.Aggregate(Entries.Count, HashCode.Combine);

    /// <inheritdoc/>
    public override string ToString() => Entries is [{ Filter: null, Values: [var only] }] ? only.ToString() : JsonSerializer.Serialize(this);
}

/// <summary>A value, or a gradient, for the tensors that a filter fits.</summary>
/// <param name="Filter">Part of a tensor's name, or a pattern with <c>*</c> and <c>?</c> for all of it; null or <c>*</c> fits every tensor.</param>
/// <param name="Values">One value, or the points of a gradient from the first layer to the last.</param>
public sealed record FilteredValue(string? Filter, IReadOnlyList<Scalar> Values)
{
    /// <summary>Whether the filter fits a tensor's name.</summary>
    public bool Fits(string tensorName) => Filter is null or "*"
        || (Filter.AsSpan().IndexOfAny('*', '?') >= 0
            ? FileSystemName.MatchesSimpleExpression(Filter, tensorName, ignoreCase: false)
            : tensorName.Contains(Filter, StringComparison.Ordinal));

    /// <summary>The value at a depth: numbers are interpolated linearly in double, words and switches take entry int(t·(count−1)).</summary>
    public Scalar At(double t)
    {
        var scaled = t * (Values.Count - 1);
        var lower = Math.Clamp((int)scaled, 0, Values.Count - 1);
        if (lower == Values.Count - 1 || Values[lower].Number is not { } a || Values[lower + 1].Number is not { } b)
            return Values[lower];
        var fraction = scaled - lower;
        return new Scalar((1 - fraction) * a + fraction * b);
    }

    /// <inheritdoc/>
    public bool Equals(FilteredValue? other) => other is not null && Filter == other.Filter && Values.SequenceEqual(other.Values);

    /// <inheritdoc/>
    public override int GetHashCode() => Values.Aggregate(Filter?.GetHashCode(StringComparison.Ordinal) ?? 0, HashCode.Combine);
}

/// <summary>A number, a switch or a word.</summary>
public readonly record struct Scalar
{
    private static readonly string[] True = ["true", "yes", "on"];
    private static readonly string[] False = ["false", "no", "off"];

    /// <summary>A number.</summary>
    public Scalar(double number) => Number = number;

    /// <summary>A switch.</summary>
    public Scalar(bool flag) => Flag = flag;

    /// <summary>A word.</summary>
    public Scalar(string text) => Text = text;

    /// <summary>The number, if it is one.</summary>
    public double? Number { get; }

    /// <summary>The switch, if it is one.</summary>
    public bool? Flag { get; }

    /// <summary>The word, if it is one.</summary>
    public string? Text { get; }

    /// <summary>A number where the text is one, else true or false, else a word.</summary>
    public static Scalar Parse(string text) =>
        double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) ? new(number)
        : bool.TryParse(text, out var flag) ? new(flag)
        : new(text);

    /// <summary>The value as a number; words such as <c>"0.5"</c> and <c>1e-3</c> count.</summary>
    public double? AsNumber() => Number ?? (Text is not null && double.TryParse(Text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) ? number : null);

    /// <summary>The value as a switch; yes, no, on, off, 0 and 1 count.</summary>
    public bool? AsFlag() => this switch
    {
        { Flag: { } flag } => flag,
        { Number: 0 } => false,
        { Number: 1 } => true,
        { Text: { } text } when True.Contains(text.ToLowerInvariant()) => true,
        { Text: { } text } when False.Contains(text.ToLowerInvariant()) => false,
        _ => null,
    };

    /// <inheritdoc/>
    public override string ToString() => Number?.ToString("R", CultureInfo.InvariantCulture) ?? (Flag is { } flag ? (flag ? "true" : "false") : Text ?? "");
}

/// <summary>The JSON of a parameter's value.</summary>
internal sealed class ParameterValueConverter : JsonConverter<ParameterValue>
{
    public override ParameterValue Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        using var json = JsonDocument.ParseValue(ref reader);
        return Read(json.RootElement);
    }

    public override void Write(Utf8JsonWriter writer, ParameterValue value, JsonSerializerOptions options)
    {
        if (value.Entries is [{ Filter: null } only])
        {
            Write(writer, only.Values);
            return;
        }
        writer.WriteStartArray();
        foreach (var entry in value.Entries)
        {
            writer.WriteStartObject();
            if (entry.Filter is not null)
                writer.WriteString("filter", entry.Filter);
            writer.WritePropertyName("value");
            Write(writer, entry.Values);
            writer.WriteEndObject();
        }
        writer.WriteEndArray();
    }

    private static ParameterValue Read(JsonElement json) => json.ValueKind switch
    {
        JsonValueKind.Object => ParameterValue.Filtered([ReadEntry(json)]),
        JsonValueKind.Array when json.GetArrayLength() > 0 && json[0].ValueKind == JsonValueKind.Object => ParameterValue.Filtered(json.EnumerateArray().Select(ReadEntry)),
        _ => ParameterValue.Of(ReadValues(json)),
    };

    private static FilteredValue ReadEntry(JsonElement json)
    {
        if (json.ValueKind != JsonValueKind.Object || !json.TryGetProperty("value", out var value))
            throw new JsonException("an entry with filters is {\"filter\": TEXT, \"value\": VALUE}");
        foreach (var member in json.EnumerateObject())
        {
            if (member.Name is not ("filter" or "value"))
                throw new JsonException($"'{member.Name}' is neither filter nor value");
            if (member.Name == "filter" && member.Value.ValueKind != JsonValueKind.String)
                throw new JsonException("a filter is a text");
        }
        return new FilteredValue(json.TryGetProperty("filter", out var filter) ? filter.GetString() : null, ReadValues(value));
    }

    private static Scalar[] ReadValues(JsonElement json)
    {
        if (json.ValueKind != JsonValueKind.Array)
            return [ReadScalar(json)];
        return json.GetArrayLength() > 0 ? [.. json.EnumerateArray().Select(ReadScalar)] : throw new JsonException("a gradient needs at least one value");
    }

    private static Scalar ReadScalar(JsonElement json) => json.ValueKind switch
    {
        JsonValueKind.Number => new Scalar(json.GetDouble()),
        JsonValueKind.True => new Scalar(true),
        JsonValueKind.False => new Scalar(false),
        JsonValueKind.String => new Scalar(json.GetString()!),
        _ => throw new JsonException($"{json.ValueKind} is no value of a parameter"),
    };

    private static void Write(Utf8JsonWriter writer, IReadOnlyList<Scalar> values)
    {
        if (values.Count > 1)
            writer.WriteStartArray();
        foreach (var value in values)
        {
            if (value.Number is { } number)
                writer.WriteNumberValue(number);
            else if (value.Flag is { } flag)
                writer.WriteBooleanValue(flag);
            else
                writer.WriteStringValue(value.Text);
        }
        if (values.Count > 1)
            writer.WriteEndArray();
    }
}
