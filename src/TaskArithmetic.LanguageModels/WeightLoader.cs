using TaskArithmetic.Checkpoints;
using TaskArithmetic.Diagnostics;
using TaskArithmetic.Safetensors;
using TorchSharp;
using static TorchSharp.torch;

namespace TaskArithmetic.LanguageModels;

/// <summary>
/// Streams a checkpoint into the tensors a model computes with: every byte is read once, a chunk at a time, so the
/// peak is one copy of the model and one chunk.
/// </summary>
internal sealed class WeightLoader(Checkpoint checkpoint, ModelConfiguration model, ScalarType dtype, Device device, CancellationToken cancellationToken)
{
    private const int ChunkBytes = 16 << 20;
    private readonly byte[] chunk = new byte[ChunkBytes];
    private readonly List<Diagnostic> problems = [];
    private readonly List<Tensor> loaded = [];

    /// <exception cref="DiagnosticException">TA2214 a weight is NaN or infinite; TA2215 a tied head is stored and differs.</exception>
    public DecoderWeights Load()
    {
        try
        {
            var weights = LoadAll();
            return problems.Count == 0 ? weights : throw new DiagnosticException(problems);
        }
        catch
        {
            foreach (var tensor in loaded)
                tensor.Dispose();
            throw;
        }
    }

    private DecoderWeights LoadAll()
    {
        var tiedHeadOnly = !checkpoint.Tensors.ContainsKey(TensorLayout.EmbeddingName);
        var embedding = Stack(tiedHeadOnly ? TensorLayout.HeadName : TensorLayout.EmbeddingName);
        var layers = Enumerable.Range(0, model.LayerCount).Select(Layer).ToArray();
        var norm = Norm(TensorLayout.FinalNormName);
        if (!model.TieWordEmbeddings)
            return new(embedding, layers, norm, Stack(TensorLayout.HeadName));
        if (!tiedHeadOnly && checkpoint.Tensors.TryGetValue(TensorLayout.HeadName, out var head))
            CompareTiedHead(head, embedding);
        return new(embedding, layers, norm, embedding);
    }

    private DecoderLayerWeights Layer(int layer)
    {
        var prefix = TensorLayout.Layer(layer);
        var attention = prefix + "self_attn.";
        var feedForward = prefix + "mlp.";
        return new DecoderLayerWeights
        {
            InputNorm = Norm(prefix + "input_layernorm.weight"),
            QueryKeyValue = model.HasFusedProjections
                ? Stack(attention + "qkv_proj.weight")
                : Stack(attention + "q_proj.weight", attention + "k_proj.weight", attention + "v_proj.weight"),
            QueryKeyValueBias = model.QueryKeyValueBias ? Stack(attention + "q_proj.bias", attention + "k_proj.bias", attention + "v_proj.bias") : null,
            QueryNorm = model.QueryKeyNorm ? Norm(attention + "q_norm.weight", model.AttentionScale * Math.Sqrt(model.HeadDimension)) : null,
            KeyNorm = model.QueryKeyNorm ? Norm(attention + "k_norm.weight") : null,
            Output = Stack(attention + "o_proj.weight"),
            OutputBias = model.OutputBias ? Stack(attention + "o_proj.bias") : null,
            AttentionOutputNorm = model.IsGemma ? Norm(prefix + "post_attention_layernorm.weight") : null,
            FeedForwardNorm = Norm(prefix + (model.IsGemma ? "pre_feedforward_layernorm.weight" : "post_attention_layernorm.weight")),
            GateUp = model.HasFusedProjections
                ? Stack(feedForward + "gate_up_proj.weight")
                : Stack(feedForward + "gate_proj.weight", feedForward + "up_proj.weight"),
            GateUpBias = model.FeedForwardBias ? Stack(feedForward + "gate_proj.bias", feedForward + "up_proj.bias") : null,
            Down = Stack(feedForward + "down_proj.weight"),
            DownBias = model.FeedForwardBias ? Stack(feedForward + "down_proj.bias") : null,
            FeedForwardOutputNorm = model.IsGemma ? Norm(prefix + "post_feedforward_layernorm.weight") : null,
        };
    }

    /// <summary>
    /// A norm's factors. Gemma's are 1 + w in float32 whatever the model's dtype; those of the queries take up what its
    /// scores are scaled by beyond d^−½, since rotations leave factors alone.
    /// </summary>
    private Tensor Norm(string name, double factor = 1)
    {
        var stored = Stack(name);
        if (!model.IsGemma)
            return stored;
        using var scope = NewDisposeScope();
        var factors = stored.to(ScalarType.Float32) + tensor(1f, device: device);
        if (Math.Abs(factor - 1) > 1e-12)
            factors *= tensor((float)factor, device: device);
        factors = factors.DetachFromDisposeScope();
        loaded.Add(factors);
        return factors;
    }

    /// <summary>Reads tensors one above the other into a new one.</summary>
    private Tensor Stack(params string[] names)
    {
        var sources = names.Select(name => checkpoint.Tensors[name]).ToArray();
        long[] shape = [.. sources[0].Info.Shape.Select(extent => (long)extent)];
        shape[0] = sources.Sum(source => (long)source.Info.Shape[0]);
        var target = empty(shape, dtype, device).DetachFromDisposeScope();
        loaded.Add(target);

        using var flat = target.view(-1);
        var start = 0L;
        foreach (var source in sources)
        {
            Read(source, (offset, part) =>
            {
                using var place = flat.narrow(0, start + offset, part.NumberOfElements);
                place.copy_(part).Dispose();
            });
            start += source.Info.ElementCount;
        }
        return target;
    }

    private void CompareTiedHead(CheckpointTensor head, Tensor embedding)
    {
        using var flat = embedding.view(-1);
        var equal = true;
        Read(head, (offset, part) =>
        {
            using var stored = flat.narrow(0, offset, part.NumberOfElements);
            using var converted = part.to(dtype, device);
            using var same = stored.eq(converted).all();
            equal &= same.cpu().bytes[0] != 0;
        });
        if (!equal)
            problems.Add(LanguageModelDiagnostics.TiedHeadDiffers(head.File.Path));
    }

    /// <summary>Hands a stored tensor on in chunks: the element it starts at and the elements, in the stored dtype.</summary>
    private void Read(CheckpointTensor source, Action<long, Tensor> use)
    {
        var stored = source.Info.DType;
        var width = stored.Bytes();
        var clean = true;
        for (var offset = 0L; offset < source.Info.ByteLength;)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var length = (int)Math.Min(ChunkBytes, source.Info.ByteLength - offset);
            var bytes = chunk.AsSpan(0, length);
            source.Read(offset, bytes);
            if (clean && NonFinite.IndexOf(bytes, stored) is >= 0 and var index)
            {
                clean = false;
                problems.Add(LanguageModelDiagnostics.NotFinite(
                    source.File.Path, source.Info.Name, offset / width + index, NonFinite.Describe(bytes[(index * width)..], stored)));
            }
            using var part = empty([length / width], ToTorch(stored));
            bytes.CopyTo(part.bytes);
            use(offset / width, part);
            offset += length;
        }
    }

    private static ScalarType ToTorch(DType dtype) => dtype switch
    {
        DType.BF16 => ScalarType.BFloat16,
        DType.F16 => ScalarType.Float16,
        DType.F64 => ScalarType.Float64,
        _ => ScalarType.Float32,
    };
}
