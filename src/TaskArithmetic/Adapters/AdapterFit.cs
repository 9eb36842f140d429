using TaskArithmetic.Checkpoints;
using TaskArithmetic.Diagnostics;
using TaskArithmetic.Kernels;
using TaskArithmetic.Safetensors;

namespace TaskArithmetic.Adapters;

/// <summary>Holds an adapter against a model: what it changes there, and everything that does not fit. PEFT lets most of the latter pass.</summary>
internal sealed class AdapterFit(AdapterConfig config, AdapterFile file, Checkpoint model, List<Diagnostic> findings)
{
    private const int ScanElements = 1 << 18;

    private readonly Dictionary<string, AdapterChange> changes = new(StringComparer.Ordinal);
    private readonly Lazy<IReadOnlyList<string>> modelModules = new(() => [.. model.Tensors.Keys.Select(ModuleOf).Distinct(StringComparer.Ordinal)]);

    /// <summary>The changes, by the model's names of the tensors.</summary>
    public IReadOnlyDictionary<string, AdapterChange> Changes => changes;

    private string Path => file.File.Path;

    private string ConfigPath => System.IO.Path.Combine(System.IO.Path.GetDirectoryName(Path)!, Adapter.ConfigFile);

    /// <summary>Fits every tensor.</summary>
    public void Run()
    {
        foreach (var module in file.Modules.Values.OrderBy(m => m.Name, StringComparer.Ordinal))
            Fit(module);
        foreach (var (name, tensor) in file.Whole.OrderBy(w => w.Key, StringComparer.Ordinal))
            FitWhole(name, tensor);
        CheckNamedModules();
        if (config.FanInFanOut && file.Modules.Values.Any(m => m is { A: not null, IsEmbedding: false } && !TransposedWeights.Has(model, m.Name)))
            findings.Add(AdapterDiagnostics.FanInIgnored(ConfigPath));
    }

    /// <summary>Finds values that are no numbers, tensor by tensor.</summary>
    public void CheckFinite()
    {
        var values = new float[ScanElements];
        var bytes = new byte[ScanElements * sizeof(double)];
        foreach (var tensor in file.Modules.Values.SelectMany(m => m.Tensors).Concat(file.Whole.Values))
        {
            var width = tensor.Info.DType.Bytes();
            for (long first = 0; first < tensor.Info.ElementCount; first += values.Length)
            {
                var run = values.AsSpan(0, (int)Math.Min(values.Length, tensor.Info.ElementCount - first));
                tensor.Read(first * width, bytes.AsSpan(0, run.Length * width));
                Widening.ToSingle(bytes.AsSpan(0, run.Length * width), tensor.Info.DType, run);
                if (Reducing.IndexOfNonFinite(run) is >= 0 and var at)
                {
                    findings.Add(AdapterDiagnostics.NonFinite(tensor, first + at));
                    break;
                }
            }
        }
    }

    private void Fit(AdapterModule module)
    {
        if (!model.TryGetTensor($"{module.Name}.weight", out var weight))
        {
            findings.Add(AdapterDiagnostics.NotInBase(Path, module.Name, model.Path, [.. module.Tensors.Select(t => t.Info.Name)]));
            return;
        }
        var factors = module.HasFactors ? FactorsOf(module, weight) : null;
        var copy = module.Weight is { } stored && HasShapeOf(stored, weight) ? stored : null;
        var rows = module.TokenRows is { } tokens ? RowsOf(module.Name, tokens, weight) : null;
        if (factors is not null || copy is not null || rows is not null)
        {
            Add(new AdapterChange(weight)
            {
                Module = module.Name,
                Replacement = copy,
                ReplacementIsCopy = module.A is not null,
                Rows = rows is null ? null : module.TokenRows,
                RowIndices = rows ?? [],
                Factors = factors,
                Magnitude = module.Magnitude,
            });
        }
        if (module.Bias is not null || module.FactorBias is not null)
            FitBias(module);
    }

    private void FitBias(AdapterModule module)
    {
        if (module.Bias is { } trained && config.Bias == "none")
        {
            findings.Add(AdapterDiagnostics.NotSaved(trained));
            return;
        }
        if (!model.TryGetTensor($"{module.Name}.bias", out var bias))
        {
            findings.Add(module.FactorBias is not null ? AdapterDiagnostics.NoBias(Path, module.Name) : AdapterDiagnostics.NotInBase(Path, module.Name, model.Path, [module.Bias!.Info.Name]));
            return;
        }
        if (new[] { module.Bias, module.FactorBias }.OfType<CheckpointTensor>().All(t => HasShapeOf(t, bias)))
        {
            Add(new AdapterChange(bias)
            {
                Module = module.Name,
                Replacement = module.Bias,
                Factors = module.FactorBias is { } added ? LowRankFactors.OfBias(added, config.ScaleOf(module.Name)) : null,
            });
        }
    }

    private void FitWhole(string name, CheckpointTensor tensor)
    {
        var module = ModuleOf(name);
        if (!IsSaved(name, module))
            findings.Add(AdapterDiagnostics.NotSaved(tensor));
        else if (!model.TryGetTensor(name, out var target))
            findings.Add(AdapterDiagnostics.NotInBase(Path, module, model.Path, [tensor.Info.Name]));
        else if (HasShapeOf(tensor, target))
            Add(new AdapterChange(target) { Module = module, Replacement = tensor });
    }

    /// <summary>Whether the configuration has PEFT load a whole tensor: modules_to_save names match by the plain end of a module or of what holds it.</summary>
    private bool IsSaved(string name, string module)
    {
        if (name.EndsWith(".bias", StringComparison.Ordinal) && (config.Bias == "all" || (config.Bias == "lora_only" && file.Modules.TryGetValue(module, out var known) && known.HasFactors)))
            return true;
        for (var at = module; at.Length > 0; at = ModuleOf(at))
        {
            if (config.Saved.Any(saved => at.EndsWith(saved, StringComparison.Ordinal)))
                return true;
        }
        return false;
    }

    private LowRankFactors? FactorsOf(AdapterModule module, CheckpointTensor weight)
    {
        var name = module.Name;
        if ((config.Targets is { } targets && !targets.Matches(name)) || config.Excluded?.Matches(name) == true)
            findings.Add(AdapterDiagnostics.OutsideTargets(Path, name));
        if (module.A is not { } a || module.B is not { } b)
        {
            findings.Add(AdapterDiagnostics.Incomplete(Path, name, module.A is not null ? "lora_A" : module.B is not null ? "lora_B" : "a bias or magnitude", module.A is null ? "lora_A" : "lora_B"));
            return null;
        }
        var rank = config.RankOf(name);
        var wrong = new[] { (Tensor: a, Axis: 0), (Tensor: b, Axis: 1) }
            .Where(t => t.Tensor.Info.Shape.Count != 2 || t.Tensor.Info.Shape[t.Axis] != (ulong)rank)
            .Select(t => AdapterDiagnostics.WrongRank(t.Tensor, name, rank)).ToList();
        findings.AddRange(wrong);
        CheckDora(module);
        // A module that was left out by an extraction has factors without a single row.
        if (wrong.Count > 0 || rank == 0)
            return null;
        var transposed = module.IsEmbedding || TransposedWeights.Has(model, name);
        var (input, output) = (a.Info.Shape[1], b.Info.Shape[0]);
        IReadOnlyList<ulong> shape = transposed ? [input, output] : [output, input];
        if (!weight.Info.Shape.SequenceEqual(shape))
        {
            findings.AddRange(weight.Info.Shape is [var rows, var columns]
                ? new[] { (a, transposed ? rows : columns, input), (b, transposed ? columns : rows, output) }.Where(f => f.Item2 != f.Item3).Select(f => AdapterDiagnostics.WrongShape(f.Item1, weight.Info.Name, weight.Info.Shape))
                : [AdapterDiagnostics.WrongShape(a, weight.Info.Name, weight.Info.Shape)]);
            return null;
        }
        return LowRankFactors.Of(a, b, config.ScaleOf(name), transposed);
    }

    private void CheckDora(AdapterModule module)
    {
        if (config.UsesDora && module.Magnitude is null)
            findings.Add(AdapterDiagnostics.Incomplete(Path, module.Name, "factors", $"magnitude vector, though use_dora of {Adapter.ConfigFile} is true"));
        if (module.Magnitude is not { } magnitude)
            return;
        if (!config.UsesDora)
            findings.Add(AdapterDiagnostics.Incomplete(Path, module.Name, "a magnitude vector", $"use_dora in {Adapter.ConfigFile}"));
        if (module.IsEmbedding || TransposedWeights.Has(model, module.Name))
            findings.Add(AdapterDiagnostics.UnsupportedDora(Path, module.Name, module.IsEmbedding ? "on an embedding" : "on weights stored [in, out]"));
        if (module.FactorBias is not null)
            findings.Add(AdapterDiagnostics.UnsupportedDora(Path, module.Name, "with lora_bias"));
        if (module.B is { Info.Shape: [var output, _] } && !magnitude.Info.Shape.SequenceEqual([output]))
            findings.Add(AdapterDiagnostics.WrongShape(magnitude, module.B.Info.Name, module.B.Info.Shape));
    }

    private IReadOnlyList<long>? RowsOf(string module, CheckpointTensor rows, CheckpointTensor weight)
    {
        var tokens = config.TokenRows.Where(t => ModuleSelection.Fits(module, t.Module)).Select(t => t.Tokens).FirstOrDefault();
        string? reason = tokens is null ? $"trainable_token_indices of {Adapter.ConfigFile} does not name it"
            : weight.Info.Shape is not [var vocabulary, var dimension] || rows.Info.Shape is not [var count, var length] || length != dimension ? $"they are {rows.Info.ShapeText}, '{weight.Info.Name}' is {weight.Info.ShapeText}"
            : count != (ulong)tokens.Count ? $"there are {count} of them for {tokens.Count} tokens"
            : tokens.Distinct().Count() != tokens.Count ? "a token is named twice"
            : tokens.Any(t => t < 0 || (ulong)t >= vocabulary) ? $"a token lies outside of the {vocabulary} rows of '{weight.Info.Name}'" : null;
        if (reason is null)
            return tokens;
        findings.Add(AdapterDiagnostics.WrongTokens(Path, module, reason));
        return null;
    }

    private void Add(AdapterChange change)
    {
        var name = change.Target.Info.Name;
        if (!changes.TryAdd(name, change))
        {
            // A tied pair that was saved under both names is one tensor, if it is.
            if (!(IsOnlyReplaced(change) && IsOnlyReplaced(changes[name]) && HoldTheSame(change.Replacement!, changes[name].Replacement!)))
                findings.Add(AdapterDiagnostics.Twice(Path, name, changes[name].Module, change.Module));
            return;
        }
        if (!model.IsTied || !TiedHead.IsHeadOrEmbedding(name))
            return;
        if (!config.EnsuresTying)
            findings.Add(AdapterDiagnostics.Tied(Path, change.Module, name));
        if (TiedHead.OtherName(name, model) is { } other && model.Tensors.TryGetValue(other, out var twin))
            changes.TryAdd(other, change with { Target = twin });
    }

    private void CheckNamedModules()
    {
        foreach (var name in config.Targets?.Names ?? [])
        {
            if (file.Modules.Values.Any(m => m.HasFactors && ModuleSelection.Fits(m.Name, name)))
                continue;
            if (!modelModules.Value.Any(m => ModuleSelection.Fits(m, name)))
                findings.Add(AdapterDiagnostics.TargetNotInBase(ConfigPath, name));
            else if (!config.IsOfSomeLayers && config.Excluded is null)
                findings.Add(AdapterDiagnostics.NothingOf(Path, "target_modules", name));
        }
        foreach (var name in config.Saved.Where(n => modelModules.Value.Any(m => m.EndsWith(n, StringComparison.Ordinal))))
        {
            if (!file.Whole.Keys.Any(w => $".{w}".Contains($"{name}.", StringComparison.Ordinal)) && !file.Modules.Values.Any(m => m.Weight is not null && m.Name.EndsWith(name, StringComparison.Ordinal)))
                findings.Add(AdapterDiagnostics.NothingOf(Path, "modules_to_save", name));
        }
    }

    private bool HasShapeOf(CheckpointTensor tensor, CheckpointTensor target)
    {
        if (tensor.Info.Shape.SequenceEqual(target.Info.Shape))
            return true;
        findings.Add(AdapterDiagnostics.WrongShape(tensor, target.Info.Name, target.Info.Shape));
        return false;
    }

    private static bool IsOnlyReplaced(AdapterChange change) => change is { Replacement: not null, Factors: null, Rows: null };

    private static bool HoldTheSame(CheckpointTensor one, CheckpointTensor other) =>
        one.Info.DType == other.Info.DType && one.File.Read(one.Info).AsSpan().SequenceEqual(other.File.Read(other.Info));

    private static string ModuleOf(string name) => name.LastIndexOf('.') is >= 0 and var at ? name[..at] : "";
}
