using TaskArithmetic.Checkpoints;
using TaskArithmetic.Diagnostics;
using TaskArithmetic.Inputs;
using TaskArithmetic.Layouts;
using TaskArithmetic.Measuring;
using TaskArithmetic.Methods;
using TaskArithmetic.Recipes;
using TaskArithmetic.Safetensors;

namespace TaskArithmetic.Planning;

/// <summary>Finds the terms' tensors for every tensor of the target, and everything that keeps them from fitting.</summary>
internal sealed class TensorMatching(MergeSources sources, ILinearAlgebra? linearAlgebra)
{
    private readonly List<Diagnostic> findings = [];
    private readonly List<string> remarks = [];
    private readonly HashSet<int> inputsWithTensors = [];
    private readonly HashSet<string> conflicts = new(StringComparer.Ordinal);
    private readonly OutputLayout layout = LayoutOf(sources);
    private VocabularyMatching? vocabulary;
    private readonly Dictionary<SourceInput, HashSet<string>> patterns = sources.Inputs.ToDictionary(t => t, PatternsOf);
    private readonly ArgumentResolution arguments = new(sources.Recipe, sources.Method.Schema);

    public IReadOnlyList<Diagnostic> Findings => [.. findings, .. arguments.Findings];

    /// <summary>The files beside the weights.</summary>
    public CompanionFiles? Companions { get; private set; }

    /// <summary>What a log should say although nothing is wrong.</summary>
    public IReadOnlyList<string> Remarks => remarks;

    /// <summary>Plans every tensor of the output, in the order of the target's files.</summary>
    public IReadOnlyList<PlannedTensor> Match()
    {
        foreach (var checkpoint in sources.Checkpoints.Distinct())
            CheckTiedHead(checkpoint);
        findings.AddRange(layout.Findings);
        findings.AddRange(sources.Inputs.SelectMany(CheckLayers).Distinct());
        vocabulary = VocabularyMatching.Of(sources, findings);
        Companions = new CompanionFiles(
            sources.Target, vocabulary?.Layout, layout.Layers, ChatTemplateChoice.Of(sources.Recipe, [.. sources.Checkpoints.Distinct()], findings), sources.Recipe is not { Tokenizer: null, ChatTemplate: null });
        var planned = layout.Tensors.Select(Plan).ToList();
        foreach (var input in sources.Inputs)
            CheckInput(input);
        var copied = planned.Where(t => t.IsCopy).Select(t => t.Name).ToList();
        if (copied.Count > 0)
            remarks.Add($"{copied.Count} of {planned.Count} tensors are copied from the target: {Listing.Of(copied)}");
        return planned;
    }

    /// <summary>The target's layout, or the layers of slices.</summary>
    private static OutputLayout LayoutOf(MergeSources sources) => sources.Recipe.Slices is null
        ? OutputLayout.Like(sources.Target)
        : OutputLayout.Stacked([.. sources.Slices.Select(s => new LayoutSlice(s.Target.Checkpoint, s.TargetLayers ?? new LayerRange(0, LayerPosition.Count(s.Target.Checkpoint))))]);

    private IEnumerable<Diagnostic> CheckLayers(SourceInput input) =>
        (input.Input.Layers is { } layers ? OutputLayout.Check(input.From, layers) : [])
        .Concat(input is { Minus: { } minus, MinusLayers: { } range } ? OutputLayout.Check(minus, range) : []);

    private PlannedTensor Plan(OutputTensor output)
    {
        var slice = sources.Slices[output.Slice];
        var target = TargetOf(output, slice);
        var inputs = new List<PlannedInput>();
        foreach (var input in InputsFor(output, slice))
        {
            if (PlanInput(input, output, target) is { } planned)
            {
                inputs.Add(planned);
                inputsWithTensors.Add(input.Index);
            }
        }
        var tensor = new PlannedTensor { Name = output.Name, Shape = target.Shape, OutputDType = OutputDType(target.DType, inputs, slice), Target = target };
        // Too few inputs are left where patterns leave some out: nothing is combined there.
        return inputs.Count < sources.Method.Schema.MinimumInputs || Bind(tensor, output, inputs, slice) is not { } merge ? tensor : tensor with { Inputs = inputs, Merge = merge };
    }

    private ITensorInput TargetOf(OutputTensor output, SourceSlice slice)
    {
        ITensorInput stored = sources.MakesVector ? new ZeroInput(output.Target.Info.Shape) : new StoredInput(output.Target);
        return vocabulary is not null && VocabularyLayout.Concerns(output.Name) ? vocabulary.OfTarget(output.Name, slice) ?? stored : stored;
    }

    private PlannedMerge? Bind(PlannedTensor tensor, OutputTensor output, IReadOnlyList<PlannedInput> inputs, SourceSlice slice)
    {
        var named = inputs.Select(i => sources.Inputs[i.Index].Input).Select(i => (i, output.NameIn(i.Layers))).ToList();
        if (arguments.Resolve(tensor.Name, output.Depth, named, slice.Slice) is not { } values)
            return null;
        var context = new TensorContext
        {
            Name = tensor.Name,
            Shape = tensor.Shape,
            Arguments = values,
            Precision = sources.Recipe.Precision,
            WorkingDType = WorkingDType(tensor.Target.DType, inputs, slice),
            Seed = sources.Recipe.Seed,
            HasBase = slice.HasBase,
            LinearAlgebra = linearAlgebra,
        };
        // What all tensors share is told with the first of them.
        foreach (var problem in sources.Method.Problems(context).Where(conflicts.Add))
            findings.Add(PlanDiagnostics.ArgumentsConflict(problem, tensor.Name));
        return new PlannedMerge(sources.Method, context) { KeptRows = VocabularyLayout.Concerns(tensor.Name) ? vocabulary?.Layout.Kept : null };
    }

    /// <summary>
    /// The inputs that change a tensor. A tensor of which no donor has the like in any layer is none of their architecture: the vector
    /// is zero there. One that only some layers lack is missing, which is an error.
    /// </summary>
    private List<SourceInput> InputsFor(OutputTensor output, SourceSlice slice)
    {
        var name = output.Name;
        var selecting = slice.Inputs.Where(t => t.Input.Selection.Selects(name)).ToList();
        if (VocabularyLayout.Concerns(name) && sources.Recipe.VocabularyMismatch == VocabularyMismatch.Skip && selecting.RemoveAll(i => VocabularyMatching.Differs(i, sources.Target)) > 0 && sources.CombinesModels)
            return [];
        var knowing = selecting.Where(t => LayerPosition.PatternOf(name) is not { } pattern || patterns[t].Contains(pattern)).ToList();
        // A mean over some of its models only would be another mean.
        return sources.CombinesModels && knowing.Count < selecting.Count ? [] : knowing;
    }

    private static HashSet<string> PatternsOf(SourceInput input) =>
        input.Sources.SelectMany(c => c.Tensors.Keys).Select(LayerPosition.PatternOf).OfType<string>().ToHashSet(StringComparer.Ordinal);

    /// <summary>What the recipe says, else the dtype to which torch promotes the operands; exact merges have no use for it.</summary>
    private DType WorkingDType(DType target, IReadOnlyList<PlannedInput> inputs, SourceSlice slice)
    {
        if (sources.Recipe.WorkingDType is { } said)
            return said;
        var operands = inputs.SelectMany(i => i.Minus is null ? new[] { i.From.DType } : [i.From.DType, i.Minus.DType]).Concat(slice.HasBase || inputs.Count == 0 ? [target] : []).Distinct().ToList();
        return operands is [var only] ? only : operands.Contains(DType.F64) ? DType.F64 : DType.F32;
    }

    private DType OutputDType(DType target, IReadOnlyList<PlannedInput> inputs, SourceSlice slice)
    {
        if (!target.IsMergeable())
            return target;
        return sources.Recipe.OutputDType ?? (sources.Recipe.Precision == Precision.Mergekit ? WorkingDType(target, inputs, slice) : target);
    }

    private PlannedInput? PlanInput(SourceInput input, OutputTensor output, ITensorInput target)
    {
        var name = output.Name;
        var from = Find(input.FromSource, input.Model, output.NameIn(input.Input.Layers));
        var minus = input.MinusSource is null ? null : Find(input.MinusSource, input.Input.Minus!, output.NameIn(input.MinusLayers));
        if (!target.DType.IsMergeable())
        {
            // Integer and bool tensors are copied; a quantised weight that the donors have in floats must not pass for one.
            if (!IsInteger(target.DType) || from?.DType.IsMergeable() == true)
                findings.Add(PlanDiagnostics.DTypeNotMergeable(name, output.Target.File.Path, target.DType));
            return null;
        }
        // A vector is zero where it has no tensor.
        if (IsBuffer(name) || (from is null && input.Minus is null && !sources.CombinesModels))
            return null;
        var complete = Check(input.From, from, output.NameIn(input.Input.Layers), target);
        if (input.Minus is not null)
            complete &= Check(input.Minus, minus, output.NameIn(input.MinusLayers), target);
        return complete ? new PlannedInput(input.Index, from!, minus) : null;
    }

    /// <summary>A tensor of a model, on the vocabulary of the output if it has one row for each token.</summary>
    private ITensorInput? Find(TensorSource source, string model, string name) =>
        source.Find(name, sources.Target.IsTied) is not { } stored ? null
        : vocabulary is not null && VocabularyLayout.Concerns(name) ? vocabulary.OfModel(model, name) ?? stored
        : stored;

    private bool Check(Checkpoint donor, ITensorInput? found, string name, ITensorInput target)
    {
        if (found is null)
            findings.Add(PlanDiagnostics.TensorMissing(name, donor.Path));
        else if (!found.Shape.SequenceEqual(target.Shape))
            findings.Add(IsVocabulary(name, found.Shape, target.Shape)
                ? PlanDiagnostics.VocabularyDiffers(donor.Path, found.Shape[0], target.Shape[0])
                : PlanDiagnostics.ShapeDiffers(name, found.Stored[0].File.Path, found.Shape, target.Shape));
        else if (!found.DType.IsMergeable())
            findings.Add(PlanDiagnostics.DTypeNotMergeable(name, found.Stored[0].File.Path, found.DType));
        else
            return true;
        return false;
    }

    private static bool IsVocabulary(string name, IReadOnlyList<ulong> found, IReadOnlyList<ulong> target) =>
        TiedHead.IsHeadOrEmbedding(name) && found.Count == target.Count && found.Skip(1).SequenceEqual(target.Skip(1));

    private void CheckInput(SourceInput input)
    {
        foreach (var source in sources.Recipe.Slices is null ? input.Sources : [])
        {
            var unknown = source.Tensors
                .Where(t => t.Value.DType.IsMergeable() && !IsBuffer(t.Key) && input.Input.Selection.Selects(t.Key))
                .Select(t => t.Key)
                .Where(name => !sources.Target.TryGetTensor(name, out _))
                .Order(StringComparer.Ordinal)
                .ToList();
            if (unknown.Count > 0)
                findings.Add(PlanDiagnostics.UnknownTensors(source.Checkpoint.Path, unknown));
        }
        if (!inputsWithTensors.Contains(input.Index) && findings.All(f => f.Severity != DiagnosticSeverity.Error))
            findings.Add(PlanDiagnostics.NothingSelected(input.Label));
    }

    /// <summary>Where heads are tied, a head that is stored all the same must be the embedding: the one place where data are read.</summary>
    private void CheckTiedHead(Checkpoint checkpoint)
    {
        if (!sources.Checkpoints.Any(c => c.IsTied) || !checkpoint.Tensors.TryGetValue(TiedHead.HeadName, out var head)
            || TiedHead.EmbeddingName(checkpoint) is not { } embeddingName)
            return;
        // An untied donor of an untied target is not concerned by another donor's tie.
        if (!checkpoint.IsTied && !sources.Target.IsTied)
            return;
        if (!SameBytes(head, checkpoint.Tensors[embeddingName]))
            findings.Add(PlanDiagnostics.TiedHeadConflicts(checkpoint.Path, TiedHead.HeadName, embeddingName));
        else if (checkpoint == sources.Target)
            remarks.Add($"{TiedHead.HeadName} is stored beside the embedding it is tied to; both are written");
    }

    private static bool SameBytes(CheckpointTensor a, CheckpointTensor b)
    {
        if (a.Info.DType != b.Info.DType || a.Info.ByteLength != b.Info.ByteLength)
            return false;
        var (x, y) = (new byte[1 << 16], new byte[1 << 16]);
        for (long offset = 0; offset < a.Info.ByteLength; offset += x.Length)
        {
            var length = (int)Math.Min(x.Length, a.Info.ByteLength - offset);
            a.Read(offset, x.AsSpan(0, length));
            b.Read(offset, y.AsSpan(0, length));
            if (!x.AsSpan(0, length).SequenceEqual(y.AsSpan(0, length)))
                return false;
        }
        return true;
    }

    private static bool IsInteger(DType dtype) =>
        dtype is DType.Bool or DType.I8 or DType.U8 or DType.I16 or DType.U16 or DType.I32 or DType.U32 or DType.I64 or DType.U64;

    /// <summary>Tables that old exporters stored although they follow from the configuration; never trained.</summary>
    private static bool IsBuffer(string name) =>
        name.EndsWith("rotary_emb.inv_freq", StringComparison.Ordinal) || name.EndsWith(".attn.masked_bias", StringComparison.Ordinal)
        || name.EndsWith("position_ids", StringComparison.Ordinal);
}
