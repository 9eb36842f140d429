using System.Collections;
using System.Text.Json.Nodes;
using TaskArithmetic.Checkpoints;
using TaskArithmetic.Diagnostics;
using TaskArithmetic.Files;
using TaskArithmetic.Inputs;
using TaskArithmetic.Recipes;
using TaskArithmetic.Safetensors;

namespace TaskArithmetic.Layouts;

/// <summary>A model whose rows are laid out on the vocabulary of the output.</summary>
/// <param name="Name">As the recipe names it.</param>
/// <param name="Checkpoint">Its files.</param>
internal sealed record VocabularyModel(string Name, Checkpoint Checkpoint)
{
    /// <summary>Whether it is a vector: rows that it lacks are zero, and no other model has rows of it.</summary>
    public bool IsVector { get; init; }

    /// <summary>What its rows stand for; null where nothing says.</summary>
    public TokenizerIdentity? Tokenizer { get; init; } = Checkpoint.Tokenizer;

    /// <summary>Rows of its embedding; 0 where it has none.</summary>
    public long Rows => TiedHead.EmbeddingName(Checkpoint) is { } name ? (long)Checkpoint.Tensors[name].Info.Shape[0]
        : Checkpoint.Tensors.TryGetValue(TiedHead.HeadName, out var head) ? (long)head.Info.Shape[0] : 0;

    /// <summary>The row of a token; null where the model does not know it.</summary>
    public int? RowOf(string token) => Tokenizer!.Vocabulary.TryGetValue(token, out var id) && id < Rows ? (int)id : null;
}

/// <summary>The vocabulary that comes out, and how the rows of embeddings and heads are laid out on it.</summary>
internal sealed class VocabularyLayout
{
    private readonly IReadOnlyList<VocabularyModel> models;
    private readonly RowMap[] maps;

    private readonly Lazy<Dictionary<string, JsonObject>> flags;

    private VocabularyLayout(IReadOnlyList<VocabularyModel> models, RowMap[] maps)
    {
        flags = new(ReadFlags);
        this.models = models;
        this.maps = maps;
    }

    /// <summary>Rows of embedding and head.</summary>
    public int Rows => maps[0].Count;

    /// <summary>Rows that stay the target's; null where all are merged.</summary>
    public BitArray? Kept { get; private init; }

    /// <summary>The folder whose tokenizer files are written; null where the target's are.</summary>
    public string? TokenizerFolder { get; private init; }

    /// <summary>Tokens that are appended to that tokenizer, with their ids.</summary>
    public IReadOnlyList<(string Token, long Id)> Appended { get; private init; } = [];

    /// <summary>Id of every token of the output; empty where the target's tokenizer stays.</summary>
    public IReadOnlyDictionary<string, long> Tokens { get; private init; } = new Dictionary<string, long>();

    /// <summary>What the first model that adds a token says of it in its tokenizer.json; null where none does.</summary>
    public JsonObject? FlagsOf(string token) => flags.Value.GetValueOrDefault(token);

    /// <summary>Whether a tensor has one row for each token.</summary>
    public static bool Concerns(string name) => TiedHead.IsHeadOrEmbedding(name) || name == "lm_head.bias";

    /// <summary>The vocabulary that a recipe's tokenizer setting asks for; null where findings say why not.</summary>
    /// <param name="tokenizer">The setting.</param>
    /// <param name="models">The merged models, the base among them, in the order in which a union takes their tokens.</param>
    /// <param name="target">Which of them gives the vocabulary that <c>base</c> and <c>union</c> start from.</param>
    /// <param name="isBase">Whether it is a base, whose rows are also those of tokens that some models lack; otherwise their mean is.</param>
    /// <param name="findings">Receives what is wrong.</param>
    public static VocabularyLayout? Of(RecipeTokenizer tokenizer, IReadOnlyList<VocabularyModel> models, int target, bool isBase, List<Diagnostic> findings)
    {
        var lacking = models.Where(m => m.Tokenizer is null).Select(m => LayoutDiagnostics.NoTokenizer(m.Name)).Distinct().ToList();
        findings.AddRange(lacking);
        var source = RecipeTokenizer.Words.Contains(tokenizer.Source) ? models[target].Checkpoint : models.FirstOrDefault(m => m.Checkpoint.Path == tokenizer.Source)?.Checkpoint;
        if (ReadSource(tokenizer.Source, source, findings) is not { } own || lacking.Count > 0)
            return null;
        var (tokens, appended) = Append(own, tokenizer, models);
        var folder = source?.Path ?? tokenizer.Source;
        if (appended.Count > 0 && !RegularFile.IsPresent(Path.Combine(folder, "tokenizer.json")))
            findings.Add(LayoutDiagnostics.NoTokenizerFile(folder));
        var rows = (int)(tokens.Values.Max() + 1);
        if (tokenizer.PadToMultipleOf is { } multiple)
            rows = (rows + multiple - 1) / multiple * multiple;
        var sources = new TokenSources(tokenizer, models, isBase ? target : null, findings);
        var maps = models.Select((_, i) => sources.MapOf(i, tokens, rows)).ToArray();
        return new VocabularyLayout(models, maps) { TokenizerFolder = folder, Appended = appended, Tokens = tokens };
    }

    /// <summary>The target's vocabulary, in which only the rows of tokens that all models know are merged; null where nothing differs, or where findings say why not.</summary>
    /// <param name="models">The merged models.</param>
    /// <param name="target">Which of them is the target, whose other rows stay.</param>
    /// <param name="findings">Receives what is wrong.</param>
    public static VocabularyLayout? Common(IReadOnlyList<VocabularyModel> models, int target, List<Diagnostic> findings)
    {
        var differing = models.Where(m => m.Rows > 0).Where(m => m.Rows != models[target].Rows || m.Tokenizer?.Digest != models[target].Tokenizer?.Digest).ToList();
        if (differing.Count == 0)
            return null;
        foreach (var model in differing.Append(models[target]).Where(m => m.Tokenizer is null))
            findings.Add(LayoutDiagnostics.NotMatched(model.Name, "it has no tokenizer"));
        if (models.Any(m => m.Tokenizer is null && differing.Contains(m)) || models[target].Tokenizer is not { } known)
            return null;
        var count = (int)models[target].Rows;
        var common = known.Vocabulary
            .Where(t => t.Value < count && models.All(m => m.Rows == 0 || m.RowOf(t.Key) is not null))
            .ToDictionary(t => (int)t.Value, t => t.Key);
        var nothing = new Dictionary<int, IReadOnlyList<(int Model, int Row)>>();
        var maps = models.Select((model, number) => new RowMap(
            [.. Enumerable.Range(0, count).Select(row => common.ContainsKey(row) ? number : model.IsVector ? RowMap.Zero : target)],
            [.. Enumerable.Range(0, count).Select(row => common.TryGetValue(row, out var token) && model.RowOf(token) is { } own ? own : row)],
            nothing)).ToArray();
        return new VocabularyLayout(models, maps) { Kept = new BitArray([.. Enumerable.Range(0, count).Select(row => !common.ContainsKey(row))]) };
    }

    /// <summary>A model's embedding or head on the vocabulary of the output.</summary>
    /// <param name="model">The model, as it is named in the recipe.</param>
    /// <param name="tensors">The same tensor of each model, in the order of models; null where one has none.</param>
    /// <param name="rounding">The working dtype in mergekit precision; null: float32.</param>
    /// <returns>The tensor itself where its rows stay; null where a model that gives rows has no such tensor.</returns>
    public ITensorInput? Remap(string model, IReadOnlyList<ITensorInput?> tensors, DType? rounding)
    {
        var own = IndexOf(model);
        if (own < 0 || tensors[own] is not { } stored || maps[own].Models.Any(m => tensors[m] is null))
            return null;
        return maps[own].IsIdentityOf(own, (long)stored.Shape[0]) ? stored : new RemappedRows(maps[own], tensors, own, rounding);
    }

    private Dictionary<string, JsonObject> ReadFlags()
    {
        var found = new Dictionary<string, JsonObject>(StringComparer.Ordinal);
        foreach (var path in models.Select(m => Path.Combine(m.Checkpoint.Path, "tokenizer.json")).Distinct().Where(RegularFile.IsPresent))
        {
            foreach (var token in (JsonNode.Parse(RegularFile.ReadBytes(path, CarriedFile.Most)) as JsonObject)?["added_tokens"] as JsonArray ?? [])
            {
                if (token is JsonObject added && added["content"] is JsonValue content && content.TryGetValue<string>(out var text))
                    found.TryAdd(text, added);
            }
        }
        return found;
    }

    private int IndexOf(string model)
    {
        for (var i = 0; i < models.Count; i++)
        {
            if (models[i].Name == model)
                return i;
        }
        return -1;
    }

    private static TokenizerIdentity? ReadSource(string name, Checkpoint? source, List<Diagnostic> findings)
    {
        try
        {
            if ((source is null ? TokenizerIdentity.Read(name) : source.Tokenizer) is { } tokenizer)
                return tokenizer;
            if (source is null)
                findings.Add(LayoutDiagnostics.NoTokenizer(name));
        }
        catch (DiagnosticException e)
        {
            findings.AddRange(e.Diagnostics);
        }
        return null;
    }

    /// <summary>What a union takes from other models, by model and then by id, and tokens that only the recipe names.</summary>
    private static (Dictionary<string, long> Tokens, List<(string Token, long Id)> Appended) Append(
        TokenizerIdentity own, RecipeTokenizer tokenizer, IReadOnlyList<VocabularyModel> models)
    {
        var tokens = new Dictionary<string, long>(own.Vocabulary, StringComparer.Ordinal);
        var appended = new List<(string Token, long Id)>();
        var next = tokens.Values.Max() + 1;
        var others = tokenizer.Source == RecipeTokenizer.Union
            ? models.SelectMany(m => m.Tokenizer!.Vocabulary.OrderBy(t => t.Value).ThenBy(t => t.Key, StringComparer.Ordinal).Select(t => t.Key))
            : [];
        foreach (var token in others.Concat(tokenizer.Tokens.Keys))
        {
            if (!tokens.TryAdd(token, next))
                continue;
            appended.Add((token, next));
            next++;
        }
        return (tokens, appended);
    }
}
