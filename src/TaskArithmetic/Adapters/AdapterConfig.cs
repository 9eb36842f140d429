using System.Text.Json;
using System.Text.RegularExpressions;
using TaskArithmetic.Checkpoints;
using TaskArithmetic.Diagnostics;
using TaskArithmetic.Files;

namespace TaskArithmetic.Adapters;

/// <summary>The adapter_config.json of a PEFT folder, as far as it decides weights. Keys that are absent have PEFT's defaults.</summary>
internal sealed record AdapterConfig
{
    /// <summary>Keys of PEFT 0.21's LoraConfig and those of older versions.</summary>
    private static readonly string[] Known =
    [
        "alora_invocation_tokens", "alpha_pattern", "arrow_config", "auto_mapping", "base_model_name_or_path", "bias", "corda_config",
        "enable_lora", "ensure_weight_tying", "eva_config", "exclude_modules", "fan_in_fan_out", "inference_mode", "init_lora_weights",
        "kasa_config", "layer_replication", "layers_pattern", "layers_to_transform", "loftq_config", "lora_alpha", "lora_bias", "lora_dropout",
        "lora_ga_config", "megatron_config", "megatron_core", "merge_weights", "modules_to_save", "monteclora_config", "peft_type", "peft_version",
        "qalora_group_size", "r", "rank_pattern", "revision", "target_modules", "target_parameters", "task_type", "trainable_token_indices",
        "use_bdlora", "use_dora", "use_qalora", "use_rslora", "velora_config",
    ];

    /// <summary>What changes the meaning of the factors in ways that are not done here.</summary>
    private static readonly string[] Unsupported =
        ["alora_invocation_tokens", "arrow_config", "kasa_config", "layer_replication", "monteclora_config", "target_parameters", "use_bdlora", "use_qalora", "velora_config"];

    /// <summary>Initialisations that take something out of the base model's weights, so that the stored base is not the one that was trained.</summary>
    private static readonly string[] ChangingTheBase = ["pissa", "olora", "corda", "loftq", "lora_ga"];

    private readonly ModulePatterns ranks;
    private readonly ModulePatterns alphas;

    private AdapterConfig(ModulePatterns ranks, ModulePatterns alphas) => (this.ranks, this.alphas) = (ranks, alphas);

    /// <summary>The model that was trained, as PEFT names it; null where the file does not say.</summary>
    public string? BaseModel { get; private init; }

    /// <summary>Modules that have factors; null where the file does not say.</summary>
    public ModuleSelection? Targets { get; private init; }

    /// <summary>Modules that have none although they are targets.</summary>
    public ModuleSelection? Excluded { get; private init; }

    /// <summary>Whether targets need not have factors in every layer.</summary>
    public bool IsOfSomeLayers { get; private init; }

    /// <summary>Modules that are stored whole.</summary>
    public IReadOnlyList<string> Saved { get; private init; } = [];

    /// <summary>Which biases are stored: <c>none</c>, <c>all</c> or <c>lora_only</c>.</summary>
    public string Bias { get; private init; } = "none";

    /// <summary>Whether head and embedding of a tied model were trained as the one tensor that they are.</summary>
    public bool EnsuresTying { get; private init; }

    /// <summary>Whether magnitudes of rows were trained apart from their direction (DoRA, arXiv 2402.09353).</summary>
    public bool UsesDora { get; private init; }

    /// <summary>Whether the file says that weights are stored [in, out].</summary>
    public bool FanInFanOut { get; private init; }

    /// <summary>Rows of embeddings that are stored whole: module (its end), token ids.</summary>
    public IReadOnlyList<(string Module, IReadOnlyList<long> Tokens)> TokenRows { get; private init; } = [];

    private int Rank { get; init; } = 8;

    private double Alpha { get; init; } = 8;

    private bool IsRankStabilised { get; init; }

    /// <summary>Rank of a module's factors.</summary>
    public int RankOf(string module) => (int)(ranks.Find(module) ?? Rank);

    /// <summary>
    /// What multiplies a module's product: alpha / rank, with rsLoRA (arXiv 2312.03732) alpha / √rank, patterns applied to both first.
    /// </summary>
    public double ScaleOf(string module)
    {
        var (rank, alpha) = (RankOf(module), alphas.Find(module) ?? Alpha);
        return alpha / (IsRankStabilised ? Math.Sqrt(rank) : rank);
    }

    /// <summary>Reads a folder's configuration.</summary>
    /// <param name="folder">The folder.</param>
    /// <param name="findings">Receives what is wrong or odd.</param>
    /// <returns>Null where nothing can be made of it.</returns>
    public static AdapterConfig? Read(string folder, List<Diagnostic> findings)
    {
        var path = Path.Combine(folder, Adapter.ConfigFile);
        if (!RegularFile.IsPresent(path))
        {
            findings.Add(AdapterDiagnostics.NoConfig(folder));
            return null;
        }
        try
        {
            using var json = JsonFile.Read(path, options: new JsonDocumentOptions { AllowDuplicateProperties = false });
            if (json.RootElement.ValueKind != JsonValueKind.Object)
                throw new JsonException("it is not a JSON object");
            var root = new Fields(json.RootElement);
            findings.AddRange(json.RootElement.EnumerateObject().Where(p => !Known.Contains(p.Name)).Select(p => AdapterDiagnostics.UnknownKey(path, p.Name, NearestName.Find(p.Name, Known))));
            if (root.Text("peft_type") is var type && !string.Equals(type, "LORA", StringComparison.Ordinal))
            {
                findings.Add(AdapterDiagnostics.NotLora(path, type));
                return null;
            }
            findings.AddRange(Unsupported.Where(root.IsSet).Select(key => AdapterDiagnostics.Unsupported(path, key, null)));
            if (root.Text("init_lora_weights") is { } start && ChangingTheBase.Any(k => start.StartsWith(k, StringComparison.OrdinalIgnoreCase)))
                findings.Add(AdapterDiagnostics.Unsupported(path, "init_lora_weights", start));
            return Read(root);
        }
        catch (Exception e) when (e is JsonException or IOException or UnauthorizedAccessException or ArgumentException)
        {
            findings.Add(AdapterDiagnostics.BadConfig(path, e.Message));
            return null;
        }
    }

    private static AdapterConfig Read(Fields root)
    {
        var rank = root.Number("r") ?? 8;
        if (rank is < 1 or > int.MaxValue || rank != Math.Floor(rank))
            throw new JsonException($"r is {rank}, not a whole number from 1");
        var bias = root.Text("bias") ?? "none";
        if (bias is not ("none" or "all" or "lora_only"))
            throw new JsonException($"bias is '{Listing.Short(bias)}', not none, all or lora_only");
        return new AdapterConfig(root.Patterns("rank_pattern"), root.Patterns("alpha_pattern"))
        {
            BaseModel = root.Text("base_model_name_or_path"),
            Targets = root.Selection("target_modules"),
            Excluded = root.Selection("exclude_modules"),
            IsOfSomeLayers = root.IsSet("layers_to_transform"),
            Saved = root.Texts("modules_to_save"),
            Bias = bias,
            EnsuresTying = root.Flag("ensure_weight_tying"),
            UsesDora = root.Flag("use_dora"),
            FanInFanOut = root.Flag("fan_in_fan_out"),
            TokenRows = root.TokenRows("trainable_token_indices"),
            Rank = (int)rank,
            Alpha = root.Number("lora_alpha") ?? 8,
            IsRankStabilised = root.Flag("use_rslora"),
        };
    }

    /// <summary>The file's members, asked for by kind; null stands for absent.</summary>
    private readonly struct Fields(JsonElement root)
    {
        public bool IsSet(string name) => Find(name) is { } value && value.ValueKind switch
        {
            JsonValueKind.False => false,
            JsonValueKind.Array => value.GetArrayLength() > 0,
            JsonValueKind.Object => value.EnumerateObject().Any(),
            _ => true,
        };

        public string? Text(string name) => Find(name) is { ValueKind: JsonValueKind.String } value ? value.GetString() : null;

        public bool Flag(string name) => Find(name)?.ValueKind switch
        {
            JsonValueKind.True => true,
            null or JsonValueKind.False => false,
            _ => throw Wrong(name, "true or false"),
        };

        public double? Number(string name) => Find(name) is { } value ? AsNumber(value, name) : null;

        public IReadOnlyList<string> Texts(string name) => Find(name) is { } value ? AsTexts(value, name) : [];

        public ModuleSelection? Selection(string name) => Find(name) is not { } value ? null
            : value.ValueKind == JsonValueKind.String ? ModuleSelection.OfPattern(value.GetString()!) : ModuleSelection.OfNames(AsTexts(value, name));

        public ModulePatterns Patterns(string name) => Find(name) is not { } value ? new([])
            : value.ValueKind == JsonValueKind.Object ? new([.. value.EnumerateObject().Select(p => (p.Name, AsNumber(p.Value, name)))])
            : throw Wrong(name, "an object of numbers");

        public IReadOnlyList<(string, IReadOnlyList<long>)> TokenRows(string name) => Find(name) switch
        {
            null => [],
            { ValueKind: JsonValueKind.Array } list => [("embed_tokens", AsTokens(list, name))],
            { ValueKind: JsonValueKind.Object } modules => [.. modules.EnumerateObject().Select(p => (p.Name, AsTokens(p.Value, name)))],
            _ => throw Wrong(name, "a list of token ids, or one for each module"),
        };

        private JsonElement? Find(string name) => root.TryGetProperty(name, out var value) && value.ValueKind != JsonValueKind.Null ? value : null;

        private static double AsNumber(JsonElement value, string name) =>
            value.ValueKind == JsonValueKind.Number && value.TryGetDouble(out var number) && double.IsFinite(number) ? number : throw Wrong(name, "a number");

        private static IReadOnlyList<string> AsTexts(JsonElement value, string name) =>
            value.ValueKind == JsonValueKind.Array && value.EnumerateArray().All(e => e.ValueKind == JsonValueKind.String)
                ? [.. value.EnumerateArray().Select(e => e.GetString()!)] : throw Wrong(name, "a list of names");

        private static IReadOnlyList<long> AsTokens(JsonElement value, string name) =>
            value.ValueKind == JsonValueKind.Array && value.EnumerateArray().All(e => e.ValueKind == JsonValueKind.Number && e.TryGetInt64(out _))
                ? [.. value.EnumerateArray().Select(e => e.GetInt64())] : throw Wrong(name, "a list of token ids");

        private static JsonException Wrong(string name, string wanted) => new($"{name} is not {wanted}");
    }
}

/// <summary>Values for modules whose whole name, or its end after a point, a regular expression matches; the first that does counts.</summary>
internal sealed class ModulePatterns(IReadOnlyList<(string Key, double Value)> entries)
{
    private readonly List<(Regex Pattern, double Value)> patterns =
        [.. entries.Select(e => (ModuleSelection.Expression($@"\A(?:.*\.)?(?:{e.Key})$"), e.Value))];

    /// <summary>The value for a module, null where no pattern fits.</summary>
    public double? Find(string module)
    {
        foreach (var (pattern, value) in patterns)
        {
            if (pattern.IsMatch(module))
                return value;
        }
        return null;
    }
}

/// <summary>Modules by a list of names, which also fit where a name ends with them after a point, or by one expression for the whole name.</summary>
internal sealed class ModuleSelection
{
    private readonly Regex? pattern;

    private ModuleSelection(Regex? pattern, IReadOnlyList<string> names)
    {
        this.pattern = pattern;
        Names = names;
    }

    /// <summary>The list; empty where there is an expression.</summary>
    public IReadOnlyList<string> Names { get; }

    /// <summary>A selection by names.</summary>
    public static ModuleSelection OfNames(IReadOnlyList<string> names) => new(null, names);

    /// <summary>A selection by an expression; <c>all-linear</c>, which PEFT resolves before it saves, selects everything.</summary>
    /// <exception cref="ArgumentException">It is no regular expression.</exception>
    public static ModuleSelection OfPattern(string pattern) => new(pattern == "all-linear" ? Expression("") : Expression($@"\A(?:{pattern})\z"), []);

    /// <summary>Whether a module is selected.</summary>
    public bool Matches(string module) => pattern?.IsMatch(module) ?? Names.Any(name => Fits(module, name));

    /// <summary>Whether a module has this name or ends with it.</summary>
    public static bool Fits(string module, string name) =>
        module == name || (module.EndsWith(name, StringComparison.Ordinal) && module[^(name.Length + 1)] == '.');

    /// <summary>An expression of a file, whose cost is bounded whatever the file says; lookarounds occur, so it may have to backtrack.</summary>
    public static Regex Expression(string pattern) => new(pattern, RegexOptions.CultureInvariant, TimeSpan.FromSeconds(1));
}
