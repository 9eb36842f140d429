using TaskArithmetic.Adapters;
using TaskArithmetic.Checkpoints;
using TaskArithmetic.Safetensors;

namespace TaskArithmetic.Inputs;

/// <summary>Opens compact vectors: each tensor becomes an input that decodes the run that is asked for.</summary>
internal static class CompactVector
{
    /// <summary>The tensors of a compact vector by the names they had; null where the checkpoint is none.</summary>
    /// <exception cref="Diagnostics.DiagnosticException">TA2122: it is one that cannot be read.</exception>
    public static IReadOnlyDictionary<string, ITensorInput>? TensorsOf(Checkpoint checkpoint)
    {
        if (CompactHeader.Of(checkpoint) is not { } header)
            return null;
        var tensors = checkpoint.Tensors.Where(t => !t.Key.Contains(':', StringComparison.Ordinal)).ToDictionary(t => t.Key, t => (ITensorInput)new StoredInput(t.Value), StringComparer.Ordinal);
        foreach (var (name, tensor) in header.Tensors)
        {
            var parts = new Parts(checkpoint, name, tensor);
            tensors[name] = header.Form switch
            {
                "sparse" => Sparse(parts),
                "lowrank" => LowRank(parts),
                "bitdelta" => Signs(parts),
                "zstd" => new ZstdInput(parts.Require(CompactParts.Frames, DType.U8), parts.Require(CompactParts.Ends, DType.I64, CompactParts.BlocksOf(parts.Elements)), parts.DType, tensor.Shape),
                _ => throw CompactDiagnostics.Malformed(checkpoint.Path, $"the form '{header.Form}' is not known"),
            };
        }
        return tensors;
    }

    private static SparseInput Sparse(Parts parts)
    {
        var values = parts.Require(CompactParts.Values, parts.DType);
        var starts = parts.Require(CompactParts.Starts, DType.U32, CompactParts.BlocksOf(parts.Elements) + 1);
        return parts.Find(CompactParts.Places) is null
            ? new SparseInput(values, starts, null, parts.Require(CompactParts.Mask, DType.U8, (parts.Elements + 7) / 8), parts.Shape)
            : new SparseInput(values, starts, parts.Require(CompactParts.Places, DType.U16, values.Info.ElementCount), null, parts.Shape);
    }

    private static LowRankInput LowRank(Parts parts)
    {
        var (a, b) = (parts.RequireFloats(CompactParts.A), parts.RequireFloats(CompactParts.B));
        return a.Info.Shape is [var rank, var columns] && b.Info.Shape is [var rows, var same] && rank == same && parts.Shape.SequenceEqual([rows, columns])
            ? new LowRankInput(LowRankFactors.Of(a, b, 1, transposed: false), null, parts.Shape)
            : throw CompactDiagnostics.Malformed(a, $"{a.Info.ShapeText} and {b.Info.ShapeText} are no factors of {TensorInfo.FormatShape(parts.Shape)}");
    }

    private static SignInput Signs(Parts parts)
    {
        var means = parts.Require(CompactParts.Means, DType.F32);
        var rows = parts.Shape.Count == 0 ? 1 : (long)parts.Shape[0];
        return means.Info.ElementCount == 1 || means.Info.ElementCount == rows
            ? new SignInput(parts.Require(CompactParts.Signs, DType.U8, (parts.Elements + 7) / 8), means, parts.Shape)
            : throw CompactDiagnostics.Malformed(means, $"it has {means.Info.ElementCount} values for {rows} rows");
    }

    /// <summary>The stored parts of one tensor.</summary>
    private sealed class Parts
    {
        // Factors of a few bytes could stand for any number of elements; embeddings of the largest models have half of this.
        private const long MostElements = 1L << 33;

        private readonly Checkpoint checkpoint;
        private readonly string name;

        public Parts(Checkpoint checkpoint, string name, CompactTensor tensor)
        {
            (this.checkpoint, this.name) = (checkpoint, name);
            // What a file leaves out is null, whatever the types say.
            if (tensor is not { DType: not null, Shape: not null })
                throw CompactDiagnostics.Malformed(checkpoint.Path, $"of '{name}' neither dtype nor shape is known");
            Shape = tensor.Shape;
            if (!DTypes.TryParse(tensor.DType, out var dtype) || !dtype.IsMergeable())
                throw CompactDiagnostics.Malformed(checkpoint.Path, $"'{name}' has the dtype '{tensor.DType}'");
            try
            {
                (DType, Elements) = (dtype, tensor.Elements);
            }
            catch (OverflowException e)
            {
                throw CompactDiagnostics.Malformed(checkpoint.Path, $"'{name}' has more elements than can be counted", e);
            }
            if (Elements > MostElements)
                throw CompactDiagnostics.Malformed(checkpoint.Path, $"'{name}' claims {Elements} elements, more than a tensor of a model has");
        }

        public IReadOnlyList<ulong> Shape { get; }

        public DType DType { get; }

        public long Elements { get; }

        public CheckpointTensor? Find(string part) => checkpoint.Tensors.GetValueOrDefault(CompactParts.NameOf(name, part));

        public CheckpointTensor Require(string part, DType dtype, long? count = null)
        {
            var tensor = Find(part) ?? throw CompactDiagnostics.Malformed(checkpoint.Path, $"it lacks '{CompactParts.NameOf(name, part)}'");
            return tensor.Info.DType != dtype ? throw CompactDiagnostics.Malformed(tensor, $"it is {tensor.Info.DType.Name()}, not {dtype.Name()}")
                : count is { } wanted && tensor.Info.ElementCount != wanted ? throw CompactDiagnostics.Malformed(tensor, $"it has {tensor.Info.ElementCount} elements, not {wanted}")
                : tensor;
        }

        public CheckpointTensor RequireFloats(string part) => Require(part, Find(part)?.Info.DType is { } dtype && dtype.IsMergeable() ? dtype : DType.F32);
    }
}
