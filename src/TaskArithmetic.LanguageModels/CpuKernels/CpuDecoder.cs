namespace TaskArithmetic.LanguageModels.CpuKernels;

/// <summary>
/// The decoder stack in own kernels. Activations are float32; weights, keys and values keep their dtype. The tokens of a
/// pass lie one sequence behind the other without padding; steps and whole sequences run through the same code, and a
/// token's result is the same to the bit whatever sequences are beside it and however many threads compute.
/// </summary>
/// <typeparam name="TFormat">How weights and memory are stored.</typeparam>
internal sealed unsafe class CpuDecoder<TFormat> : IDecoder
    where TFormat : struct, IWeightFormat
{
    /// <summary>Tokens whose feed-forward is computed at a time; bounds the memory of its wide middle.</summary>
    private const int FeedForwardTokens = 512;

    /// <summary>Query vectors that attend together.</summary>
    private const int AttentionVectors = 96;

    private readonly ModelConfiguration model;
    private readonly LayerRotations rotations;
    private readonly WorkSharing sharing;
    private readonly MatrixProduct<TFormat> product;
    private readonly StoredLayer[] layers;
    private readonly StoredMatrix embedding;
    private readonly StoredMatrix head;
    private readonly float[] finalNorm;
    private readonly PinnedBuffer hidden = new();
    private readonly PinnedBuffer normalised = new();
    private readonly PinnedBuffer projected = new();
    private readonly PinnedBuffer queries = new();
    private readonly PinnedBuffer attended = new();
    private readonly PinnedBuffer wide = new();
    private readonly PinnedBuffer logits = new();

    public CpuDecoder(ModelConfiguration model, DecoderWeights weights, LayerRotations rotations, int threads)
    {
        this.model = model;
        this.rotations = rotations;
        sharing = new WorkSharing(threads);
        product = new MatrixProduct<TFormat>(sharing);
        layers = [.. weights.Layers.Select(layer => new StoredLayer(layer))];
        embedding = new(weights.Embedding);
        head = new(weights.Head);
        finalNorm = StoredLayer.Vector(weights.FinalNorm)!;
    }

    private int QueryWidth => model.HeadCount * model.HeadDimension;

    private int KeyWidth => model.KeyValueHeadCount * model.HeadDimension;

    private int Group => model.HeadCount / model.KeyValueHeadCount;

    public float[] Hidden(IReadOnlyList<TokenTree> trees, IReadOnlyList<(int Tree, int Token)> places)
    {
        // The memory serves one layer after the other.
        var pass = new TokenPass([.. trees.Select(tree => PassRow.Whole(new(model, 1, tree.Width, TFormat.Bytes), tree))]);
        Run(pass);
        return Finish([.. places.Select(place => pass.Starts[place.Tree] + place.Token)]);
    }

    public ReadOnlySpan<float> Logits(ReadOnlySpan<float> hidden)
    {
        var count = hidden.Length / model.HiddenSize;
        logits.Reserve((long)count * model.VocabularySize);
        fixed (float* states = hidden)
            product.Multiply(head, states, model.HiddenSize, count, logits.Pointer);
        var result = logits.Slice(0, count * model.VocabularySize);
        if (model.FinalLogitSoftcap is { } cap)
            VectorFunctions.SoftCap(result, (float)cap);
        return result;
    }

    public ISequences Begin(int rows, int slots) => new Sequences(this, rows, slots);

    public void Dispose() => sharing.Dispose();

    private void Run(TokenPass pass)
    {
        Reserve(pass.Count);
        Embed(pass);
        var blocks = pass.Blocks(Math.Max(1, AttentionVectors / Group));
        var angles = new Dictionary<RotaryEmbedding, Angles>();
        for (var layer = 0; layer < layers.Length; layer++)
        {
            var rotary = rotations.Of(layer);
            if (!angles.TryGetValue(rotary, out var ofLayer))
                angles.Add(rotary, ofLayer = pass.Angles(rotary));
            Attention(layer, pass, blocks, ofLayer);
            for (var token = 0; token < pass.Count; token += FeedForwardTokens)
                FeedForward(layers[layer], token, Math.Min(FeedForwardTokens, pass.Count - token));
        }
        foreach (var row in pass.Rows)
            row.Memory.Length = row.FirstSlot + row.Ids.Count;
    }

    private float[] Finish(IReadOnlyList<int> tokens)
    {
        var width = model.HiddenSize;
        var result = new float[tokens.Count * width];
        for (var i = 0; i < tokens.Count; i++)
            VectorFunctions.RmsNorm(hidden.Slice(tokens[i] * width, width), finalNorm, model.RmsNormEpsilon, result.AsSpan(i * width, width));
        return result;
    }

    private void Reserve(int tokens)
    {
        hidden.Reserve((long)tokens * model.HiddenSize);
        normalised.Reserve((long)tokens * model.HiddenSize);
        projected.Reserve((long)tokens * Math.Max(model.HiddenSize, QueryWidth + 2 * KeyWidth));
        queries.Reserve((long)tokens * QueryWidth);
        attended.Reserve((long)tokens * QueryWidth);
        wide.Reserve(2L * Math.Min(tokens, FeedForwardTokens) * model.IntermediateSize);
    }

    private void Embed(TokenPass pass)
    {
        var token = 0;
        // Rounded to the model's dtype, as Gemma was trained: √1152 is 34 in bfloat16.
        float scale;
        TFormat.Store((byte*)&scale, MathF.Sqrt(model.HiddenSize));
        scale = TFormat.Load((byte*)&scale);
        foreach (var id in pass.Rows.SelectMany(row => row.Ids))
        {
            var source = embedding.Data + (long)id * model.HiddenSize * TFormat.Bytes;
            var target = hidden.Slice(token++ * model.HiddenSize, model.HiddenSize);
            for (var i = 0; i < target.Length; i++)
                target[i] = TFormat.Load(source + i * TFormat.Bytes);
            if (model.IsGemma)
                VectorFunctions.Multiply(target, scale);
        }
    }

    private void Attention(int layer, TokenPass pass, IReadOnlyList<PassBlock> blocks, Angles angles)
    {
        var weights = layers[layer];
        var stride = QueryWidth + 2 * KeyWidth;
        Normalise(weights.InputNorm, 0, pass.Count);
        product.Multiply(weights.QueryKeyValue, normalised.Pointer, model.HiddenSize, pass.Count, projected.Pointer);
        sharing.Run(pass.Count, 8L * stride, 1, (first, end) =>
        {
            for (var token = first; token < end; token++)
                Place(layer, pass, token, angles);
        });
        var heads = model.KeyValueHeadCount;
        sharing.Run(blocks.Count * heads, 2L * blocks[0].Count * (blocks[0].Row.FirstSlot + blocks[0].First + blocks[0].Count) * QueryWidth / heads, 1, (first, end) =>
        {
            for (var task = first; task < end; task++)
                Attend(layer, pass, blocks[task / heads], task % heads);
        });
        product.Multiply(weights.Output, attended.Pointer, QueryWidth, pass.Count, projected.Pointer);
        AddToHidden(0, pass.Count, weights.OutputBias, weights.AttentionOutputNorm);
    }

    /// <summary>Finishes one token's heads: biases, norms and rotation; queries are kept by group, keys and values go to the memory.</summary>
    private void Place(int layer, TokenPass pass, int token, Angles angles)
    {
        var weights = layers[layer];
        var width = model.HeadDimension;
        var all = projected.Slice(token * (QueryWidth + 2 * KeyWidth), QueryWidth + 2 * KeyWidth);
        if (weights.QueryKeyValueBias is { } bias)
            VectorFunctions.Add(all, bias);
        for (var index = 0; index < model.HeadCount + model.KeyValueHeadCount; index++)
        {
            var vector = all.Slice(index * width, width);
            if ((index < model.HeadCount ? weights.QueryNorm : weights.KeyNorm) is { } norm)
                VectorFunctions.RmsNorm(vector, norm, model.RmsNormEpsilon, vector);
            VectorFunctions.Rotate(vector, angles.Cosines(token), angles.Sines(token));
        }
        var (row, place) = pass.At(token);
        var slot = row.FirstSlot + place;
        for (var index = 0; index < model.KeyValueHeadCount; index++)
        {
            all.Slice(index * Group * width, Group * width).CopyTo(queries.Slice((index * pass.Count + token) * Group * width, Group * width));
            var key = row.Memory.Keys(layer, index) + (long)slot * width * TFormat.Bytes;
            var value = row.Memory.Values(layer, index) + (long)slot * TFormat.Bytes;
            for (var i = 0; i < width; i++)
            {
                TFormat.Store(key + i * TFormat.Bytes, all[QueryWidth + index * width + i]);
                TFormat.Store(value + (long)i * row.Memory.Slots * TFormat.Bytes, all[QueryWidth + KeyWidth + index * width + i]);
            }
        }
    }

    private void Attend(int layer, TokenPass pass, PassBlock block, int keyHead)
    {
        int width = Group * model.HeadDimension, token = block.Start;
        var sight = new TokenSight(block.Row.FirstSlot + block.First, block.Count, model.SlidingWindows[layer], block.Row.Positions, block.Row.Branches);
        var mine = queries.Pointer + ((long)keyHead * pass.Count + token) * width;
        Attention<TFormat>.Attend(block.Row.Memory, layer, keyHead, model.HeadDimension, Group, mine, sight);
        for (var i = 0; i < block.Count; i++)
            new Span<float>(mine + i * width, width).CopyTo(attended.Slice((token + i) * QueryWidth + keyHead * width, width));
    }

    private void FeedForward(StoredLayer weights, int token, int tokens)
    {
        Normalise(weights.FeedForwardNorm, token, tokens);
        int inner = model.IntermediateSize, stride = 2 * inner;
        product.Multiply(weights.GateUp, normalised.Pointer, model.HiddenSize, tokens, wide.Pointer);
        sharing.Run(tokens, 16L * inner, 1, (first, end) =>
        {
            for (var i = first; i < end; i++)
            {
                if (weights.GateUpBias is { } bias)
                    VectorFunctions.Add(wide.Slice(i * stride, stride), bias);
                VectorFunctions.Gate(wide.Slice(i * stride, inner), wide.Slice(i * stride + inner, inner), model.IsGemma);
            }
        });
        product.Multiply(weights.Down, wide.Pointer, stride, tokens, projected.Pointer);
        AddToHidden(token, tokens, weights.DownBias, weights.FeedForwardOutputNorm);
    }

    /// <summary>normalised ← RmsNorm(hidden) for some tokens.</summary>
    private void Normalise(float[] weight, int token, int tokens)
    {
        var width = model.HiddenSize;
        sharing.Run(tokens, 2L * width, 1, (first, end) =>
        {
            for (var i = first; i < end; i++)
                VectorFunctions.RmsNorm(hidden.Slice((token + i) * width, width), weight, model.RmsNormEpsilon, normalised.Slice(i * width, width));
        });
    }

    private void AddToHidden(int token, int tokens, float[]? bias, float[]? norm)
    {
        var width = model.HiddenSize;
        sharing.Run(tokens, 2L * width, 1, (first, end) =>
        {
            for (var i = first; i < end; i++)
            {
                var added = projected.Slice(i * width, width);
                if (bias is not null)
                    VectorFunctions.Add(added, bias);
                if (norm is not null)
                    VectorFunctions.RmsNorm(added, norm, model.RmsNormEpsilon, added);
                VectorFunctions.Add(hidden.Slice((token + i) * width, width), added);
            }
        });
    }

    private sealed class Sequences(CpuDecoder<TFormat> decoder, int rows, int slots) : ISequences
    {
        private readonly SequenceMemory?[] memories = new SequenceMemory?[rows];

        public ReadOnlySpan<float> Read(IReadOnlyList<int> places, IReadOnlyList<IReadOnlyList<int>> sequences)
        {
            foreach (var place in places)
                (memories[place] ??= new(decoder.model, decoder.model.LayerCount, slots, TFormat.Bytes)).Length = 0;
            return Run(places.Select((place, i) => PassRow.Next(memories[place]!, sequences[i])));
        }

        public ReadOnlySpan<float> Next(IReadOnlyList<int> places, ReadOnlySpan<int> ids)
        {
            var rows = new List<PassRow>();
            for (var i = 0; i < places.Count; i++)
                rows.Add(PassRow.Next(memories[places[i]]!, [ids[i]]));
            return Run(rows);
        }

        public void Leave(int place) => memories[place]!.Length = 0;

        public void Dispose() => Array.Clear(memories);

        private ReadOnlySpan<float> Run(IEnumerable<PassRow> rows)
        {
            var pass = new TokenPass([.. rows]);
            decoder.Run(pass);
            return decoder.Logits(decoder.Finish([.. pass.Rows.Select((row, i) => pass.Starts[i] + row.Ids.Count - 1)]));
        }
    }
}
