using System.Text.Json;
using System.Text.Json.Nodes;
using TaskArithmetic.Adapters;
using TaskArithmetic.Checkpoints;
using TaskArithmetic.Files;
using TaskArithmetic.Inputs;
using TaskArithmetic.Kernels;
using TaskArithmetic.Outputs;
using TaskArithmetic.Planning;
using TaskArithmetic.Safetensors;

namespace TaskArithmetic.Extraction;

/// <summary>The two files of an extracted adapter.</summary>
internal sealed class LoraAdapter
{
    private const int CopyElements = 1 << 18;

    private readonly Dictionary<string, PlannedTensor> whole = new(StringComparer.Ordinal);
    private readonly IReadOnlyList<LoraModule> modules;
    private readonly HashSet<string> savedModules = new(StringComparer.Ordinal);
    private readonly LoraOptions options;
    private readonly (string From, string Minus) donors;
    private readonly bool isTied;
    private readonly bool hasBiases;
    private readonly bool isTransposed;

    public LoraAdapter(
        LoraParts parts, Checkpoint model, IReadOnlyList<LoraModule> modules, IReadOnlyList<(string Name, LoraKind Kind)> differing, LoraOptions options, string minus, string from)
    {
        (this.modules, this.options, donors, isTied) = (modules, options, (from, minus), model.IsTied);
        // PEFT saves by the last part of a module's name and all modules of that name, so one that differs brings the others along.
        savedModules.UnionWith(differing.Where(d => d.Kind == LoraKind.Saved).Select(d => LastPart(LoraParts.ModuleOf(d.Name))));
        var differs = differing.Select(d => d.Name).ToHashSet(StringComparer.Ordinal);
        var inFactors = modules.Where(m => m.Rank > 0).Select(m => m.Name).ToHashSet(StringComparer.Ordinal);
        foreach (var tensor in parts.Tensors)
        {
            var module = LoraParts.ModuleOf(tensor.Name);
            if (parts.KindOf(tensor) == LoraKind.Saved && savedModules.Contains(LastPart(module)))
                whole.Add(AdapterFile.Prefix + tensor.Name, tensor);
            else if (parts.KindOf(tensor) == LoraKind.Bias && differs.Contains(tensor.Name))
                whole.Add($"{AdapterFile.Prefix}{module}{(inFactors.Contains(module) ? ".base_layer" : "")}.bias", tensor);
        }
        hasBiases = parts.Tensors.Any(t => parts.KindOf(t) == LoraKind.Bias && differs.Contains(t.Name));
        isTransposed = parts.Tensors.Any(t => parts.KindOf(t) == LoraKind.TransposedFactors);
        LeftOut = [.. differing.Where(d => d.Kind == LoraKind.LeftOut).Select(d => d.Name)];
    }

    /// <summary>Tensors that are stored whole.</summary>
    public IReadOnlyList<string> Saved => [.. whole.Values.Select(t => t.Name).Order(StringComparer.Ordinal)];

    /// <summary>Tensors that differ and are left out as asked.</summary>
    public IReadOnlyList<string> LeftOut { get; }

    /// <summary>Writes both files.</summary>
    /// <returns>Bytes of the weights.</returns>
    public long Write(string folder, LoraSpool spool)
    {
        AtomicFile.Write(Path.Combine(folder, Adapter.ConfigFile), Config());
        var layout = SafetensorsLayout.Create(
            [.. spool.Tensors.Select(t => (t.Name, options.DType, t.Shape)), .. whole.Select(w => (w.Key, options.DType, w.Value.Shape))],
            new Dictionary<string, string> { [AdapterFolder.MetadataKey] = Metadata() });
        using var writer = new SafetensorsWriter(Path.Combine(folder, AdapterFile.WeightsFile), layout);
        foreach (var tensor in layout.Header.Tensors)
        {
            if (spool.Holds(tensor.Name))
                writer.Write(tensor, 0, spool.Bytes(tensor));
            else
                Copy(whole[tensor.Name].Inputs[0].From, tensor, writer);
        }
        writer.Complete();
        return layout.FileLength;
    }

    private static void Copy(ITensorInput input, TensorInfo tensor, SafetensorsWriter writer)
    {
        var (reader, values, width) = (new TensorReader(), new float[CopyElements], tensor.DType.Bytes());
        var bytes = new byte[CopyElements * width];
        for (long first = 0; first < tensor.ElementCount; first += CopyElements)
        {
            var count = (int)Math.Min(CopyElements, tensor.ElementCount - first);
            input.Read(first, values.AsSpan(0, count), reader);
            Narrowing.FromSingle(values.AsSpan(0, count), tensor.DType, bytes.AsSpan(0, count * width));
            writer.Write(tensor, first * width, bytes.AsSpan(0, count * width));
        }
    }

    private byte[] Config()
    {
        var kept = modules.Where(m => m.Rank > 0).ToList();
        var rank = Math.Max(1, kept.Select(m => m.Rank).DefaultIfEmpty(1).Max());
        var targets = kept.Select(m => LastPart(m.Name)).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal).ToList();
        var config = new JsonObject
        {
            ["peft_type"] = "LORA",
            ["task_type"] = "CAUSAL_LM",
            ["base_model_name_or_path"] = donors.Minus,
            ["r"] = rank,
            ["lora_alpha"] = rank,
            ["lora_dropout"] = 0.0,
            ["bias"] = hasBiases ? modules.Any(m => m.Rank == 0) ? "all" : "lora_only" : "none",
            ["fan_in_fan_out"] = isTransposed,
            ["inference_mode"] = true,
            ["use_rslora"] = false,
            ["target_modules"] = Texts(targets),
            ["modules_to_save"] = savedModules.Count == 0 ? null : Texts(savedModules),
            ["rank_pattern"] = Ranks(kept, rank),
            ["alpha_pattern"] = Ranks(kept, rank),
        };
        // Of the names that are targets elsewhere these modules have no factors.
        if (modules.Where(m => m.Rank == 0 && targets.Contains(LastPart(m.Name))).Select(m => m.Name).ToList() is { Count: > 0 } without)
            config["exclude_modules"] = Texts(without);
        if (isTied && whole.Keys.Select(k => k[AdapterFile.Prefix.Length..]).Concat(kept.Select(m => $"{m.Name}.weight")).Any(TiedHead.IsHeadOrEmbedding))
            config["ensure_weight_tying"] = true;
        return JsonSerializer.SerializeToUtf8Bytes(config, new JsonSerializerOptions { WriteIndented = true });
    }

    private string Metadata() => JsonSerializer.Serialize(new { formula = "from - minus", from = donors.From, minus = donors.Minus, tool_version = ToolIdentity.Current.Version });

    /// <summary>Full names match as older versions of PEFT compare them, and as the expressions that newer ones take them for.</summary>
    private static JsonObject Ranks(IEnumerable<LoraModule> modules, int rank) => new(modules.Where(m => m.Rank != rank).Select(m => KeyValuePair.Create(m.Name, (JsonNode?)m.Rank)));

    private static JsonArray Texts(IEnumerable<string> texts) => [.. texts.Order(StringComparer.Ordinal).Select(t => (JsonNode)t)];

    private static string LastPart(string module) => module[(module.LastIndexOf('.') + 1)..];
}
