using TaskArithmetic.Checkpoints;
using TaskArithmetic.Diagnostics;
using TaskArithmetic.Methods;
using TaskArithmetic.Recipes;
using TaskArithmetic.Safetensors;

namespace TaskArithmetic.Merging;

/// <summary>Finds the terms' tensors for every tensor of the target, and everything that keeps them from fitting.</summary>
internal sealed class TensorMatching(MergeSources sources)
{
    private readonly List<Diagnostic> findings = [];
    private readonly List<string> remarks = [];
    private readonly HashSet<int> termsWithTensors = [];
    private readonly int layerCount = LayerPosition.Count(sources.Target);
    private readonly Dictionary<TermSource, HashSet<string>> patterns = sources.Terms.ToDictionary(t => t, PatternsOf);

    public IReadOnlyList<Diagnostic> Findings => findings;

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
        foreach (var term in sources.Terms)
            CheckTerm(term);
        var copied = planned.Where(t => t.IsCopy).Select(t => t.Name).ToList();
        if (copied.Count > 0)
            remarks.Add($"{copied.Count} of {planned.Count} tensors are copied from the target: {Listing.Of(copied)}");
        return planned;
    }

    private PlannedTensor Plan(CheckpointTensor target)
    {
        var name = target.Info.Name;
        var dtype = target.Info.DType;
        var terms = new List<PlannedTerm>();
        foreach (var term in TermsFor(name))
        {
            if (PlanTerm(term, target) is { } planned)
            {
                terms.Add(planned);
                termsWithTensors.Add(term.Index);
            }
        }
        var working = sources.Recipe.WorkingDType ?? dtype;
        var coefficients = new Coefficients(sources.Recipe.Method, sources.Recipe.Precision, working, Divisor(name, terms), sources.Recipe.Lambda);
        return new PlannedTensor(name, target, coefficients, OutputDType(dtype, working), terms);
    }

    /// <summary>
    /// The terms that change a tensor. A tensor of which no donor has the like in any layer is none of their architecture: the vector
    /// is zero there. One that only some layers lack is missing, which is an error.
    /// </summary>
    private List<TermSource> TermsFor(string name)
    {
        var selecting = sources.Terms.Where(t => t.Term.Selection.Selects(name)).ToList();
        var knowing = selecting.Where(t => LayerPosition.PatternOf(name) is not { } pattern || patterns[t].Contains(pattern)).ToList();
        // An average over some of its models only would be another average.
        return sources.Recipe.Method == MergeMethod.Linear && knowing.Count < selecting.Count ? [] : knowing;
    }

    private static HashSet<string> PatternsOf(TermSource term) =>
        term.Checkpoints.SelectMany(c => c.Tensors.Keys).Select(LayerPosition.PatternOf).OfType<string>().ToHashSet(StringComparer.Ordinal);

    private DType OutputDType(DType target, DType working)
    {
        if (!target.IsMergeable())
            return target;
        return sources.Recipe.OutputDType ?? (sources.Recipe.Precision == Precision.Mergekit ? working : target);
    }

    private PlannedTerm? PlanTerm(TermSource term, CheckpointTensor target)
    {
        var name = target.Info.Name;
        var from = Find(term.From, name);
        var minus = term.Minus is null ? null : Find(term.Minus, name);
        if (!target.Info.DType.IsMergeable())
        {
            // Integer and bool tensors are copied; a quantised weight that the donors have in floats must not pass for one.
            if (!IsInteger(target.Info.DType) || from?.Info.DType.IsMergeable() == true)
                findings.Add(MergeDiagnostics.DTypeNotMergeable(name, target.File.Path, target.Info.DType));
            return null;
        }
        if (IsBuffer(name) || (from is null && term.Minus is null && sources.Recipe.Method == MergeMethod.TaskArithmetic))
            return null;
        var complete = Check(term.From, from, target);
        if (term.Minus is not null)
            complete &= Check(term.Minus, minus, target);
        var alpha = term.Term.Alpha.At(LayerPosition.Of(name), layerCount);
        return complete ? new PlannedTerm(term.Index, alpha, from!, minus) : null;
    }

    /// <summary>A vector has no configuration to say that it is tied, but where the target is, either name means the one matrix.</summary>
    private CheckpointTensor? Find(Checkpoint checkpoint, string name) =>
        checkpoint.TryGetTensor(name, out var tensor)
        || (sources.Target.IsTied && TiedHead.OtherName(name, checkpoint) is { } other && checkpoint.Tensors.TryGetValue(other, out tensor))
            ? tensor
            : null;

    private bool Check(Checkpoint donor, CheckpointTensor? found, CheckpointTensor target)
    {
        var name = target.Info.Name;
        if (found is null)
            findings.Add(MergeDiagnostics.TensorMissing(name, donor.Path));
        else if (!found.Info.Shape.SequenceEqual(target.Info.Shape))
            findings.Add(IsVocabulary(name, found.Info, target.Info)
                ? MergeDiagnostics.VocabularyDiffers(donor.Path, found.Info.Shape[0], target.Info.Shape[0])
                : MergeDiagnostics.ShapeDiffers(name, found.File.Path, found.Info, target.Info));
        else if (!found.Info.DType.IsMergeable())
            findings.Add(MergeDiagnostics.DTypeNotMergeable(name, found.File.Path, found.Info.DType));
        else
            return true;
        return false;
    }

    private static bool IsVocabulary(string name, TensorInfo found, TensorInfo target) =>
        TiedHead.IsHeadOrEmbedding(name) && found.Shape.Count == target.Shape.Count && found.Shape.Skip(1).SequenceEqual(target.Shape.Skip(1));

    private double? Divisor(string name, List<PlannedTerm> terms)
    {
        if (!sources.Recipe.Normalizes || terms.Count == 0)
            return null;
        var sum = terms.Sum(t => t.Alpha);
        // mergekit's task arithmetic takes 1 for a vanishing sum; the linear method divides by it and writes NaN.
        if (Math.Abs(sum) < 1e-8 && (sources.Recipe.Method == MergeMethod.Linear || sources.Recipe.Precision == Precision.Exact))
            findings.Add(RecipeDiagnostics.WeightsSumToZero($"tensor '{name}'"));
        return sum;
    }

    private void CheckTerm(TermSource term)
    {
        foreach (var checkpoint in term.Checkpoints)
        {
            var unknown = checkpoint.Tensors.Values
                .Where(t => t.Info.DType.IsMergeable() && !IsBuffer(t.Info.Name) && term.Term.Selection.Selects(t.Info.Name))
                .Select(t => t.Info.Name)
                .Where(name => !sources.Target.TryGetTensor(name, out _))
                .Order(StringComparer.Ordinal)
                .ToList();
            if (unknown.Count > 0)
                findings.Add(MergeDiagnostics.UnknownTensors(checkpoint.Path, unknown));
        }
        if (!termsWithTensors.Contains(term.Index) && findings.All(f => f.Severity != DiagnosticSeverity.Error))
            findings.Add(MergeDiagnostics.NothingSelected(term.Label));
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
            findings.Add(MergeDiagnostics.TiedHeadConflicts(checkpoint.Path, TiedHead.HeadName, embeddingName));
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
