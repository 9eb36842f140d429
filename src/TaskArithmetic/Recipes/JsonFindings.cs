using System.Text.Json;
using TaskArithmetic.Diagnostics;
using TaskArithmetic.Files;
using TaskArithmetic.Safetensors;

namespace TaskArithmetic.Recipes;

/// <summary>The findings of one JSON document. Values are asked of it, and what is wrong with one is noted instead of thrown.</summary>
internal sealed class JsonFindings
{
    /// <summary>More than anybody mends at once; a hostile file cannot make work without end.</summary>
    private const int Most = 100;

    private readonly List<Diagnostic> found = [];

    /// <summary>Notes a finding.</summary>
    public void Add(Diagnostic finding)
    {
        if (found.Count < Most)
            found.Add(finding);
    }

    /// <exception cref="DiagnosticException">Everything that was noted.</exception>
    public void ThrowIfAny()
    {
        if (found.Count > 0)
            throw new DiagnosticException(found);
    }

    /// <summary>The members of an object.</summary>
    /// <param name="json">The value, which may be no object.</param>
    /// <param name="known">Keys that are read.</param>
    /// <param name="isOther">Whether another key may stand here.</param>
    /// <param name="others">Names of those, for suggestions.</param>
    public JsonMembers Members(PlacedJson json, IReadOnlyList<string> known, Func<string, bool>? isOther = null, IReadOnlyList<string>? others = null)
    {
        var (members, further) = (new Dictionary<string, PlacedJson>(StringComparer.Ordinal), new Dictionary<string, PlacedJson>(StringComparer.Ordinal));
        if (json.Kind != JsonValueKind.Object)
        {
            Add(RecipeJsonDiagnostics.WrongValue(json, "an object"));
            return new JsonMembers(this, members, further);
        }
        foreach (var (name, value) in json.Members())
        {
            var isKnown = known.Contains(name, StringComparer.Ordinal);
            if (!isKnown && isOther?.Invoke(name) != true)
                Add(Unknown(value, name, [.. known.Where(k => k[0] != '$'), .. others ?? []]));
            else if (!(isKnown ? members : further).TryAdd(name, value))
                Add(RecipeJsonDiagnostics.Twice(value, name));
        }
        return new JsonMembers(this, members, further);
    }

    /// <summary>The elements of an array; none, with a finding, where it is none.</summary>
    public IEnumerable<PlacedJson> Elements(PlacedJson json)
    {
        if (json.Kind == JsonValueKind.Array)
            return json.Elements();
        Add(RecipeJsonDiagnostics.WrongValue(json, "a list"));
        return [];
    }

    /// <summary>The value of a method's parameter.</summary>
    public ParameterValue? Parameter(PlacedJson json)
    {
        try
        {
            return json.Value.Deserialize<ParameterValue>() ?? throw new JsonException();
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            Add(RecipeJsonDiagnostics.WrongValue(json, "a number, true, false, a text, a list of them, or a list of {\"filter\": TEXT, \"value\": VALUE}"));
            return null;
        }
    }

    private Diagnostic Unknown(PlacedJson value, string name, IReadOnlyList<string> known)
    {
        // Names of other documents that mean the same; no edit distance finds them.
        var nearest = name switch
        {
            "alpha" => "weight",
            "models" or "terms" or "sources" => "inputs",
            "base_model" => "base",
            "merge_method" => "method",
            "out_dtype" => "outputDtype",
            "layer_range" => "layers",
            _ => null,
        };
        return RecipeJsonDiagnostics.UnknownKey(value, name, known, nearest is not null && known.Contains(nearest) ? nearest : NearestName.Find(name, known));
    }
}

/// <summary>Members of one object, by name.</summary>
internal sealed class JsonMembers(JsonFindings findings, IReadOnlyDictionary<string, PlacedJson> members, IReadOnlyDictionary<string, PlacedJson> others)
{
    /// <summary>Members that are no keys of their own.</summary>
    public IReadOnlyDictionary<string, PlacedJson> Others => others;

    /// <summary>The member of this name, or null.</summary>
    public PlacedJson? this[string name] => members.GetValueOrDefault(name);

    /// <summary>A text; null where it is absent.</summary>
    public string? Text(string name, bool mayBeEmpty = false)
    {
        if (this[name] is not { } json)
            return null;
        var text = json.Kind == JsonValueKind.String ? json.Value.GetString()! : null;
        if (text is not null && (mayBeEmpty || !string.IsNullOrWhiteSpace(text)) && !text.Contains('\0'))
            return text;
        findings.Add(RecipeJsonDiagnostics.WrongValue(json, mayBeEmpty ? "a text without null characters" : "a text that names something"));
        return null;
    }

    /// <summary>Texts: a list, or one text in which they are separated by semicolons.</summary>
    public IReadOnlyList<string> Texts(string name)
    {
        if (this[name] is not { } json)
            return [];
        if (json.Kind == JsonValueKind.String)
            return TensorSelection.Parse(json.Value.GetString(), null).Include;
        var texts = new List<string>();
        foreach (var element in findings.Elements(json))
        {
            if (element.Kind == JsonValueKind.String && !string.IsNullOrWhiteSpace(element.Value.GetString()))
                texts.Add(element.Value.GetString()!);
            else
                findings.Add(RecipeJsonDiagnostics.WrongValue(element, "a pattern of tensor names"));
        }
        return texts;
    }

    /// <summary>A switch; false where it is absent.</summary>
    public bool Flag(string name)
    {
        if (this[name] is not { } json)
            return false;
        if (json.Kind is not (JsonValueKind.True or JsonValueKind.False))
            findings.Add(RecipeJsonDiagnostics.WrongValue(json, "true or false"));
        return json.Kind == JsonValueKind.True;
    }

    /// <summary>A whole number in a range; null where it is absent.</summary>
    public long? Whole(string name, long least, long most)
    {
        if (this[name] is not { } json)
            return null;
        if (json.Kind == JsonValueKind.Number && json.Value.TryGetInt64(out var number) && number >= least && number <= most)
            return number;
        findings.Add(RecipeJsonDiagnostics.WrongValue(json, least > long.MinValue ? $"a whole number from {least} to {most}" : "a whole number"));
        return null;
    }

    /// <summary>A size in bytes, as a number or as people write it.</summary>
    public long? Size(string name)
    {
        if (this[name] is not { Kind: JsonValueKind.String } json)
            return Whole(name, 1, long.MaxValue);
        try
        {
            return ByteSize.Parse(json.Value.GetString()!);
        }
        catch (DiagnosticException)
        {
            findings.Add(RecipeJsonDiagnostics.WrongValue(json, "a size such as 5000000000, \"5GB\" or \"4GiB\""));
            return null;
        }
    }

    /// <summary>A word for a value of an enumeration, its first where it is absent.</summary>
    public T Word<T>(string name)
        where T : struct, Enum
    {
        if (Text(name) is not { } text)
            return default;
        var at = Words.All<T>().ToList().IndexOf(text);
        if (at < 0)
            findings.Add(RecipeJsonDiagnostics.WrongValue(this[name]!, $"one of {string.Join(", ", Words.All<T>())}"));
        return at < 0 ? default : Enum.GetValues<T>()[at];
    }

    /// <summary>A dtype by PyTorch's name; null where it is absent or <c>auto</c>.</summary>
    public DType? DType(string name)
    {
        if (Text(name) is not { } text || text == "auto")
            return null;
        if (DTypes.TryParseTorchName(text, out var dtype))
            return dtype;
        findings.Add(RecipeJsonDiagnostics.WrongValue(this[name]!, "one of auto, bfloat16, float16, float32, float64"));
        return null;
    }

    /// <summary>A range of layers <c>[first, end]</c>, the end not included.</summary>
    public LayerRange? Layers(string name)
    {
        if (this[name] is not { } json)
            return null;
        if (json.Kind == JsonValueKind.Array && json.Value.GetArrayLength() == 2
            && json.Value[0].ValueKind == JsonValueKind.Number && json.Value[0].TryGetInt32(out var first)
            && json.Value[1].ValueKind == JsonValueKind.Number && json.Value[1].TryGetInt32(out var end) && 0 <= first && first < end)
            return new LayerRange(first, end);
        findings.Add(RecipeJsonDiagnostics.WrongValue(json, "a range of layers [FIRST, END] with 0 <= FIRST < END; END is not included"));
        return null;
    }
}
