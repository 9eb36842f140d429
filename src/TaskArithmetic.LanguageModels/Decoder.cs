using TorchSharp;
using static TorchSharp.torch;
using static TorchSharp.torch.nn.functional;

namespace TaskArithmetic.LanguageModels;

/// <summary>
/// The decoder stack on libtorch: tokens in, hidden states after the final norm out. Pre-norm layers, rotary positions
/// by halves, grouped-query attention, gated feed-forward down(silu(gate(x))·up(x)); norms and softmax in float32. What
/// Gemma 3 does otherwise is said where it is done.
/// </summary>
internal sealed class Decoder(ModelConfiguration model, DecoderWeights weights, LayerRotations rotations, ScalarType dtype, Device device) : IDisposable
{
    /// <summary>Tokens whose feed-forward is computed at a time; bounds the memory of its wide middle.</summary>
    private const int FeedForwardTokens = 4096;

    // TorchSharp 0.107 keeps the Scalar that it makes of a number alive no longer than its handle is read: a garbage
    // collection during the call frees it under libtorch. So numbers go in as tensors, or as a Scalar that we hold.
    private readonly Scalar one = 1;
    private readonly Tensor epsilon = tensor((float)model.RmsNormEpsilon, device: device).DetachFromDisposeScope();

    // Rounded to the model's dtype, as Gemma was trained: √1152 is 34 in bfloat16.
    private readonly Tensor embeddingScale = tensor((float)Math.Sqrt(model.HiddenSize), device: device).to(dtype).DetachFromDisposeScope();
    private readonly Tensor? softcap = model.FinalLogitSoftcap is { } cap ? tensor((float)cap, device: device).DetachFromDisposeScope() : null;

    /// <summary>Hidden states [rows, width, hidden] of whole sequences, which also go to the named rows of a cache if there is one.</summary>
    public Tensor Forward(TokenBatch batch, KeyValueCache? cache = null, IReadOnlyList<int>? places = null)
    {
        using var scope = NewDisposeScope();
        var masks = new AttentionMasks(batch, device);
        var tables = rotations.Tables(batch.Positions, batch.Lengths, dtype, device);
        var hidden = Embed(batch.Ids, batch.Rows, batch.Width);
        for (var layer = 0; layer < model.LayerCount; layer++)
        {
            var mask = masks.For(model.SlidingWindows[layer]);
            hidden = Layer(layer, hidden, tables(layer), (queries, keys, values) =>
            {
                cache?.Write(layer, places!, keys, values);
                return Attend(queries, keys, values, mask, causal: mask is null && batch.Width > 1);
            });
        }
        return RmsNorm(hidden, weights.FinalNorm).MoveToOuterDisposeScope();
    }

    /// <summary>Hidden states [rows, 1, hidden] of one more token in each row.</summary>
    public Tensor Step(ReadOnlySpan<int> ids, KeyValueCache cache)
    {
        using var scope = NewDisposeScope();
        var rows = ids.Length;
        var positions = new int[rows];
        var lengths = new int[rows];
        var wide = new long[rows];
        for (var row = 0; row < rows; row++)
        {
            wide[row] = ids[row];
            positions[row] = cache.Length - cache.Padding[row];
            lengths[row] = positions[row] + 1;
        }
        var tables = rotations.Tables(positions, lengths, dtype, device);
        var padding = PaddingMask(cache);
        var hidden = Embed(wide, rows, 1);
        for (var layer = 0; layer < model.LayerCount; layer++)
        {
            hidden = Layer(layer, hidden, tables(layer), (queries, keys, values) =>
            {
                cache.Append(layer, keys, values);
                return AttendToCache(queries, cache, layer, padding);
            });
        }
        cache.Advance();
        return RmsNorm(hidden, weights.FinalNorm).MoveToOuterDisposeScope();
    }

    /// <summary>Logits of hidden states, float32, [..., vocabulary].</summary>
    public Tensor Logits(Tensor hidden)
    {
        using var scope = NewDisposeScope();
        var logits = linear(hidden, weights.Head).to(ScalarType.Float32);
        if (softcap is not null)
            logits = (logits / softcap).tanh_().mul_(softcap);
        return logits.MoveToOuterDisposeScope();
    }

    public void Dispose()
    {
        epsilon.Dispose();
        embeddingScale.Dispose();
        softcap?.Dispose();
        one.Dispose();
    }

    private Tensor Embed(long[] ids, int rows, int width)
    {
        var index = tensor(ids, device: device);
        var embedded = weights.Embedding.index_select(0, index).view(rows, width, model.HiddenSize);
        return model.IsGemma ? embedded.mul_(embeddingScale) : embedded;
    }

    private Tensor Layer(int index, Tensor hidden, RotaryTables tables, Func<Tensor, Tensor, Tensor, Tensor> attend)
    {
        using var scope = NewDisposeScope();
        var layer = weights.Layers[index];
        var (queries, keys, values) = Project(layer, RmsNorm(hidden, layer.InputNorm), tables);
        var attended = attend(queries, keys, values).transpose(1, 2).reshape(hidden.shape[0], hidden.shape[1], -1);
        var middle = hidden.add(Normalised(linear(attended, layer.Output, layer.OutputBias), layer.AttentionOutputNorm), one);
        var added = Normalised(FeedForward(layer, RmsNorm(middle, layer.FeedForwardNorm)), layer.FeedForwardOutputNorm);
        return middle.add_(added, one).MoveToOuterDisposeScope();
    }

    /// <summary>Rotated queries and keys, and values, each [rows, heads, width, head dimension].</summary>
    private (Tensor Queries, Tensor Keys, Tensor Values) Project(DecoderLayerWeights layer, Tensor input, RotaryTables tables)
    {
        int queryHeads = model.HeadCount, keyHeads = model.KeyValueHeadCount;
        var heads = linear(input, layer.QueryKeyValue, layer.QueryKeyValueBias)
            .view(input.shape[0], input.shape[1], queryHeads + 2 * keyHeads, model.HeadDimension);
        var rotating = heads.narrow(2, 0, queryHeads + keyHeads);
        if (layer.QueryNorm is not null)
            rotating = cat([RmsNorm(heads.narrow(2, 0, queryHeads), layer.QueryNorm), RmsNorm(heads.narrow(2, queryHeads, keyHeads), layer.KeyNorm!)], 2);
        var rotated = tables.Rotate(rotating);
        return (
            rotated.narrow(2, 0, queryHeads).transpose(1, 2),
            rotated.narrow(2, queryHeads, keyHeads).transpose(1, 2),
            heads.narrow(2, queryHeads + keyHeads, keyHeads).transpose(1, 2));
    }

    private Tensor Attend(Tensor queries, Tensor keys, Tensor values, Tensor? mask, bool causal)
    {
        var group = model.HeadCount / model.KeyValueHeadCount;
        return scaled_dot_product_attention(queries, Repeat(keys, group), Repeat(values, group), mask!, is_casual: causal);
    }

    /// <summary>
    /// One query per head over the cache. The query heads of a group are laid side by side as if they were tokens, so
    /// that the cache needs no copy per query head.
    /// </summary>
    private Tensor AttendToCache(Tensor queries, KeyValueCache cache, int layer, Tensor? padding)
    {
        long rows = queries.shape[0], group = model.HeadCount / model.KeyValueHeadCount;
        var end = cache.Length + 1;
        var start = Math.Max(cache.Padding.Min(), end - (model.SlidingWindows[layer] ?? end));
        var attended = scaled_dot_product_attention(
            queries.reshape(rows, model.KeyValueHeadCount, group, model.HeadDimension),
            cache.Keys(layer).narrow(2, start, end - start),
            cache.Values(layer).narrow(2, start, end - start),
            padding?.narrow(3, start, end - start)!);
        return attended.reshape(rows, model.HeadCount, 1, model.HeadDimension);
    }

    /// <summary>Which slots of each row hold tokens, [rows, 1, 1, slots]; null if all do.</summary>
    private Tensor? PaddingMask(KeyValueCache cache)
    {
        if (cache.Padding.All(slots => slots == 0))
            return null;
        var first = tensor(cache.Padding.Select(slots => (long)slots).ToArray(), device: device).view(-1, 1, 1, 1);
        var slots = tensor(Enumerable.Range(0, cache.Slots).Select(slot => (long)slot).ToArray(), device: device);
        return slots.view(1, 1, 1, -1).ge(first);
    }

    private static Tensor Repeat(Tensor heads, int group)
    {
        if (group == 1)
            return heads;
        var shape = heads.shape;
        return heads.unsqueeze(2).expand(shape[0], shape[1], group, shape[2], shape[3]).reshape(shape[0], shape[1] * group, shape[2], shape[3]);
    }

    private Tensor FeedForward(DecoderLayerWeights layer, Tensor input)
    {
        var tokens = input.shape[0] * input.shape[1];
        if (tokens <= FeedForwardTokens)
            return FeedForwardOf(layer, input);
        var flat = input.view(tokens, -1);
        var output = empty_like(flat);
        for (var start = 0L; start < tokens; start += FeedForwardTokens)
        {
            using var scope = NewDisposeScope();
            var count = Math.Min(FeedForwardTokens, tokens - start);
            output.narrow(0, start, count).copy_(FeedForwardOf(layer, flat.narrow(0, start, count)));
        }
        return output.view(input.shape);
    }

    private Tensor FeedForwardOf(DecoderLayerWeights layer, Tensor input)
    {
        var both = linear(input, layer.GateUp, layer.GateUpBias);
        var wide = both.narrow(-1, 0, model.IntermediateSize);
        var gate = model.IsGemma ? gelu(wide, TorchSharp.Modules.GELU.Approximate.tanh) : silu(wide);
        return linear(gate.mul_(both.narrow(-1, model.IntermediateSize, model.IntermediateSize)), layer.Down, layer.DownBias);
    }

    private Tensor Normalised(Tensor input, Tensor? weight) => weight is null ? input : RmsNorm(input, weight);

    /// <summary>
    /// x·rsqrt(mean(x²) + ε) in float32, rounded to the model's dtype, times the weight (Zhang and Sennrich, 2019); Gemma
    /// rounds after the weight.
    /// </summary>
    private Tensor RmsNorm(Tensor input, Tensor weight)
    {
        using var scope = NewDisposeScope();
        var wide = input.to(ScalarType.Float32);
        var scale = wide.mul(wide).mean([-1L], keepdim: true).add_(epsilon, one).rsqrt_();
        var normalised = wide * scale;
        return (model.IsGemma ? (normalised * weight).to(dtype) : normalised.to(dtype) * weight).MoveToOuterDisposeScope();
    }
}
