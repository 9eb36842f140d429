using TaskArithmetic.Checkpoints;
using TaskArithmetic.Diagnostics;
using TaskArithmetic.Inputs;
using TaskArithmetic.Methods;
using TaskArithmetic.Recipes;
using TaskArithmetic.Safetensors;

namespace TaskArithmetic.Planning;

/// <summary>A recipe with all its checkpoints open.</summary>
internal sealed class MergeSources : IDisposable
{
    private MergeSources(Recipe recipe, IMergeMethod method, Checkpoint target, IReadOnlyList<SourceSlice> slices, IReadOnlyList<Diagnostic> findings)
    {
        Method = method;
        Findings = findings;
        Recipe = recipe;
        Target = target;
        Slices = slices;
        Inputs = [.. slices.SelectMany(s => s.Inputs)];
    }

    public Recipe Recipe { get; }

    /// <summary>The method that the recipe names.</summary>
    public IMergeMethod Method { get; }

    /// <summary>The model that gives layout, configuration and tokenizer: the base, or without one the first input.</summary>
    public Checkpoint Target { get; }

    /// <summary>Whether whole models are combined, so that every one of them must be of the target's kind.</summary>
    public bool CombinesModels => Method.Schema.Operands == Operands.Models;

    /// <summary>Whether vectors are combined with each other, to be added to nothing yet.</summary>
    public bool MakesVector { get; private init; }

    /// <summary>The inputs, in the recipe's order: of slice after slice where layers are stacked.</summary>
    public IReadOnlyList<SourceInput> Inputs { get; }

    /// <summary>What stretches of the output are merged from: one for whole models, otherwise one for each slice.</summary>
    public IReadOnlyList<SourceSlice> Slices { get; }

    /// <summary>What names had to be made to fit, or do not fit.</summary>
    public IReadOnlyList<Diagnostic> Findings { get; }

    /// <summary>Every file that is read.</summary>
    public IEnumerable<SafetensorsFile> Files => Inputs.SelectMany(i => i.Sources).Concat(Slices.Select(s => s.Target)).SelectMany(s => s.Files).Concat(Target.Shards).Distinct();

    /// <summary>Every open checkpoint, the target first.</summary>
    public IEnumerable<Checkpoint> Checkpoints => Inputs.SelectMany(t => t.Checkpoints).Concat(Slices.Select(s => s.Target.Checkpoint)).Prepend(Target);

    /// <summary>Opens everything the recipe names; the problems of all of it are reported together.</summary>
    /// <param name="recipe">What to open.</param>
    /// <param name="methods">The methods that it may name.</param>
    /// <param name="alsoWrong">Findings that do not need open files; they are thrown along when some cannot be opened.</param>
    public static MergeSources Open(Recipe recipe, MergeMethods methods, params IEnumerable<Diagnostic> alsoWrong) => Open(recipe, methods, false, alsoWrong);

    /// <summary>Opens vectors that are combined with each other: the layout is that of all their tensors.</summary>
    public static MergeSources OpenVectors(Recipe recipe, MergeMethods methods, params IEnumerable<Diagnostic> alsoWrong) => Open(recipe, methods, true, alsoWrong);

    private static MergeSources Open(Recipe recipe, MergeMethods methods, bool makesVector, IEnumerable<Diagnostic> alsoWrong)
    {
        var findings = new List<Diagnostic>();
        var opened = new Dictionary<string, Checkpoint?>(StringComparer.Ordinal);
        methods.TryFind(recipe.Method, out var method);
        var target = (recipe.Base ?? recipe.Slices?.FirstOrDefault()?.Base ?? recipe.AllInputs.FirstOrDefault()?.Path) is { } path ? TryOpen(path) : null;
        var inputs = recipe.AllInputs
            .Select((input, i) => (Input: input, Index: i, From: Adapter.At(input.Path) is null ? TryOpen(input.Path) : null, Minus: input.Minus is { } minus ? TryOpen(minus) : null))
            .ToList();
        foreach (var model in recipe.Slices?.Select(s => s.Base).OfType<string>() ?? [])
            TryOpen(model);
        if (findings.Count > 0 || target is null || method is null)
        {
            foreach (var checkpoint in opened.Values)
                checkpoint?.Dispose();
            throw new DiagnosticException([.. findings, .. alsoWrong]);
        }
        var unwrapped = WrapperNames.Drop([.. opened.Values.OfType<Checkpoint>()]);
        findings.AddRange(unwrapped.Values.Where(u => u.Dropped.Count > 0).Select(u => PlanDiagnostics.WrapperNamesDropped(u.Unwrapped.Path, u.Dropped)).Distinct());
        var named = makesVector ? Union([.. inputs.Select(i => i.From ?? i.Minus).OfType<Checkpoint>().Select(c => unwrapped[c].Unwrapped).DefaultIfEmpty(unwrapped[target].Unwrapped)]) : unwrapped[target].Unwrapped;
        var adapters = new AdapterSources(named, recipe.AllowNonFinite, makesVector, findings);
        var fitting = inputs.Select(t => Fitting(t.Index, t.Input, t.From is null ? null : Fit(t.From), t.Minus is null ? null : Fit(t.Minus))).ToList();
        if (adapters.Failed)
        {
            adapters.Dispose();
            foreach (var checkpoint in opened.Values)
                checkpoint?.Dispose();
            throw new DiagnosticException([.. findings, .. alsoWrong]);
        }
        return new MergeSources(recipe, method, named, recipe.Slices is null ? [Whole()] : Stacked(), findings) { MakesVector = makesVector };

        SourceInput Fitting(int index, RecipeInput input, Checkpoint? from, Checkpoint? minus) => new(
            index, input,
            from is null ? adapters.Alone(input.Path, minus, method.Schema.Operands) : input.Adapter is { } adapter ? adapters.On(from, adapter) : TensorSource.Of(from),
            minus is null ? null : TensorSource.Of(minus));

        SourceSlice Whole() => new(null, makesVector ? TensorSource.Stored(named) : TensorSource.Of(named), null, (makesVector || recipe.Base is not null) && method.Schema.Base != BaseUse.Input, fitting);

        List<SourceSlice> Stacked()
        {
            var slices = new List<SourceSlice>();
            var first = 0;
            foreach (var slice in recipe.Slices)
            {
                var own = fitting.GetRange(first, slice.Inputs.Count)
                    .Select(i => i with { MinusLayers = slice.BaseLayers ?? i.Input.Layers }).ToList();
                var from = method.Schema.Base == BaseUse.Input ? null : slice.Base ?? recipe.Base;
                slices.Add(new SourceSlice(
                    slice, from is null ? own[0].FromSource : TensorSource.Of(Fit(opened[from]!)), from is null ? own[0].Input.Layers : slice.BaseLayers ?? own[0].Input.Layers, from is not null, own));
                first += slice.Inputs.Count;
            }
            return slices;
        }

        Checkpoint Fit(Checkpoint donor)
        {
            var plain = unwrapped[donor].Unwrapped;
            if (NamePrefix.Between(plain, named) is not { } prefix)
                return plain;
            if (PlanDiagnostics.NamesArePrefixed(plain.Path, prefix) is var finding && !findings.Contains(finding))
                findings.Add(finding);
            return prefix.Apply(plain);
        }

        // A model that is named twice is opened once: its tensors are then known to be the same.
        Checkpoint? TryOpen(string path)
        {
            if (opened.TryGetValue(path, out var known))
                return known;
            try
            {
                return opened[path] = Checkpoint.Open(path);
            }
            catch (DiagnosticException e)
            {
                findings.AddRange(e.Diagnostics.Except(findings));
                return opened[path] = null;
            }
        }
    }

    /// <summary>The layout of vectors that are combined: all their tensors, in compact forms what they stand for.</summary>
    private static Checkpoint Union(IReadOnlyList<Checkpoint> vectors) => vectors[0].With(
        [.. vectors.SelectMany(v => v.Shards).Distinct()],
        vectors.Select(TensorSource.Of).SelectMany(source => source.Tensors.Select(t => t.Value is StoredInput stored
            ? stored.Tensor
            : new CheckpointTensor(source.Files[0], new TensorInfo(t.Key, t.Value.DType, t.Value.Shape, 0, SafetensorsLayout.ByteLength(t.Value.DType, t.Value.Shape))))));

    public void Dispose()
    {
        foreach (var file in Files)
            file.Dispose();
    }
}
