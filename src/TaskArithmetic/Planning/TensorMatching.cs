using TaskArithmetic.Checkpoints;
using TaskArithmetic.Diagnostics;
using TaskArithmetic.Inputs;
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
    private readonly int layerCount = LayerPosition.Count(sources.Target);
    private readonly Dictionary<SourceInput, HashSet<string>> patterns = sources.Inputs.ToDictionary(t => t, PatternsOf);
    private readonly ArgumentResolution arguments = new(sources.Recipe, sources.Method.Schema);

    public IReadOnlyList<Diagnostic> Findings => [.. findings, .. arguments.Findings];

    /// <summary>What a log should say although nothing is wrong.</summary>
    public IReadOnlyList<string> Remarks => remarks;

    /// <summary>Plans every tensor of the target, in the order of its files.</summary>
    public IReadOnlyList<PlannedTensor> Match()
    {
        foreach (var checkpoint in sources.Checkpoints.Distinct())
            CheckTiedHead(checkpoint);
        var order = sources.Target.Shards.Select((shard, i) => (shard, i)).ToDictionary(s => s.shard, s => s.i);
        var planned = sources.Target.Tensors.Values
            .OrderBy(t => order[t.File]).ThenBy(t => t.Info.Begin).ThenBy(t => t.Info.Name, StringComparer.Ordinal)
            .Select(Plan)
            .ToList();
        foreach (var input in sources.Inputs)
            CheckInput(input);
        var copied = planned.Where(t => t.IsCopy).Select(t => t.Name).ToList();
        if (copied.Count > 0)
            remarks.Add($"{copied.Count} of {planned.Count} tensors are copied from the target: {Listing.Of(copied)}");
        return planned;
    }

    private PlannedTensor Plan(CheckpointTensor target)
    {
        var name = target.Info.Name;
        var inputs = new List<PlannedInput>();
        foreach (var input in InputsFor(name))
        {
            if (PlanInput(input, target) is { } planned)
            {
                inputs.Add(planned);
                inputsWithTensors.Add(input.Index);
            }
        }
        var tensor = new PlannedTensor { Name = name, Shape = target.Info.Shape, OutputDType = OutputDType(target.Info.DType, inputs), Target = sources.MakesVector ? new ZeroInput(target.Info.Shape) : new StoredInput(target) };
        // Too few inputs are left where patterns leave some out: nothing is combined there.
        return inputs.Count < sources.Method.Schema.MinimumInputs || Bind(tensor, inputs) is not { } merge ? tensor : tensor with { Inputs = inputs, Merge = merge };
    }

    private PlannedMerge? Bind(PlannedTensor tensor, IReadOnlyList<PlannedInput> inputs)
    {
        // Without layers between which values could fade, or with one only, the depth is the last.
        var depth = LayerPosition.Of(tensor.Name) is { } layer ? layerCount > 1 ? (double)layer / (layerCount - 1) : 1 : 0;
        if (arguments.Resolve(tensor.Name, depth, [.. inputs.Select(i => (sources.Recipe.Inputs[i.Index], i.From.Stored[0].Info.Name))]) is not { } values)
            return null;
        var context = new TensorContext
        {
            Name = tensor.Name,
            Shape = tensor.Shape,
            Arguments = values,
            Precision = sources.Recipe.Precision,
            WorkingDType = WorkingDType(tensor.Target.DType, inputs),
            Seed = sources.Recipe.Seed,
            HasBase = (sources.MakesVector || sources.Recipe.Base is not null) && sources.Method.Schema.Base != BaseUse.Input,
            LinearAlgebra = linearAlgebra,
        };
        foreach (var problem in sources.Method.Problems(context))
            findings.Add(PlanDiagnostics.ArgumentsConflict(problem, tensor.Name));
        return new PlannedMerge(sources.Method, context);
    }

    /// <summary>
    /// The inputs that change a tensor. A tensor of which no donor has the like in any layer is none of their architecture: the vector
    /// is zero there. One that only some layers lack is missing, which is an error.
    /// </summary>
    private List<SourceInput> InputsFor(string name)
    {
        var selecting = sources.Inputs.Where(t => t.Input.Selection.Selects(name)).ToList();
        var knowing = selecting.Where(t => LayerPosition.PatternOf(name) is not { } pattern || patterns[t].Contains(pattern)).ToList();
        // A mean over some of its models only would be another mean.
        return sources.CombinesModels && knowing.Count < selecting.Count ? [] : knowing;
    }

    private static HashSet<string> PatternsOf(SourceInput input) =>
        input.Sources.SelectMany(c => c.Tensors.Keys).Select(LayerPosition.PatternOf).OfType<string>().ToHashSet(StringComparer.Ordinal);

    private DType WorkingDType(DType target, IReadOnlyList<PlannedInput> inputs) => sources.Recipe.WorkingDType ?? target;

    private DType OutputDType(DType target, IReadOnlyList<PlannedInput> inputs)
    {
        if (!target.IsMergeable())
            return target;
        return sources.Recipe.OutputDType ?? (sources.Recipe.Precision == Precision.Mergekit ? WorkingDType(target, inputs) : target);
    }

    private PlannedInput? PlanInput(SourceInput input, CheckpointTensor target)
    {
        var name = target.Info.Name;
        var from = input.FromSource.Find(name, sources.Target.IsTied);
        var minus = input.MinusSource?.Find(name, sources.Target.IsTied);
        if (!target.Info.DType.IsMergeable())
        {
            // Integer and bool tensors are copied; a quantised weight that the donors have in floats must not pass for one.
            if (!IsInteger(target.Info.DType) || from?.DType.IsMergeable() == true)
                findings.Add(PlanDiagnostics.DTypeNotMergeable(name, target.File.Path, target.Info.DType));
            return null;
        }
        // A vector is zero where it has no tensor.
        if (IsBuffer(name) || (from is null && input.Minus is null && !sources.CombinesModels))
            return null;
        var complete = Check(input.From, from, target);
        if (input.Minus is not null)
            complete &= Check(input.Minus, minus, target);
        return complete ? new PlannedInput(input.Index, from!, minus) : null;
    }

    private bool Check(Checkpoint donor, ITensorInput? found, CheckpointTensor target)
    {
        var name = target.Info.Name;
        if (found is null)
            findings.Add(PlanDiagnostics.TensorMissing(name, donor.Path));
        else if (!found.Shape.SequenceEqual(target.Info.Shape))
            findings.Add(IsVocabulary(name, found.Shape, target.Info.Shape)
                ? PlanDiagnostics.VocabularyDiffers(donor.Path, found.Shape[0], target.Info.Shape[0])
                : PlanDiagnostics.ShapeDiffers(name, found.Stored[0].File.Path, found.Shape, target.Info.Shape));
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
        foreach (var source in input.Sources)
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
