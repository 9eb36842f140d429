using System.Runtime.InteropServices;
using TorchSharp;
using static TorchSharp.torch;

namespace TaskArithmetic.LanguageModels;

/// <summary>Decoding by libtorch's operations, for devices that have no kernels of our own.</summary>
internal sealed class TorchDecoding(ModelConfiguration model, Decoder decoder, ScalarType dtype, Device device) : IDecoder
{
    private float[] logits = [];

    public float[] Hidden(IReadOnlyList<TokenTree> trees, IReadOnlyList<(int Tree, int Token)> places)
    {
        using var scope = NewDisposeScope();
        var batch = TokenBatch.Trees(trees);
        var index = tensor(places.Select(place => (long)place.Tree * batch.Width + place.Token).ToArray(), device: device);
        return Floats(decoder.Forward(batch).view(-1, model.HiddenSize).index_select(0, index)).ToArray();
    }

    public ReadOnlySpan<float> Logits(ReadOnlySpan<float> hidden)
    {
        using var scope = NewDisposeScope();
        return Keep(decoder.Logits(tensor(hidden.ToArray()).view(-1, model.HiddenSize).to(dtype, device)));
    }

    public ISequences Begin(int rows, int slots) => new Sequences(this, decoder, rows, new(model, rows, slots, dtype, device));

    public void Dispose() => decoder.Dispose();

    private static ReadOnlySpan<float> Floats(Tensor tensor) => MemoryMarshal.Cast<byte, float>(tensor.to(ScalarType.Float32).cpu().bytes);

    private ReadOnlySpan<float> Keep(Tensor values)
    {
        var floats = Floats(values);
        if (logits.Length < floats.Length)
            logits = new float[floats.Length];
        floats.CopyTo(logits);
        return logits.AsSpan(0, floats.Length);
    }

    private sealed class Sequences(TorchDecoding decoding, Decoder decoder, int rows, KeyValueCache cache) : ISequences
    {
        public ReadOnlySpan<float> Read(IReadOnlyList<int> places, IReadOnlyList<IReadOnlyList<int>> sequences)
        {
            using var scope = NewDisposeScope();
            var batch = TokenBatch.PaddedLeft(sequences);
            cache.Enter(places, batch.Lengths);
            return decoding.Keep(decoder.Logits(decoder.Forward(batch, cache, places).narrow(1, batch.Width - 1, 1)));
        }

        /// <summary>All places go through the step, and those that are free for nothing.</summary>
        public ReadOnlySpan<float> Next(IReadOnlyList<int> places, ReadOnlySpan<int> ids)
        {
            using var scope = NewDisposeScope();
            cache.MakeRoom();
            var all = new int[rows];
            for (var i = 0; i < places.Count; i++)
                all[places[i]] = ids[i];
            foreach (var place in Enumerable.Range(0, rows).Except(places))
                cache.Leave(place);
            var states = decoder.Step(all, cache);
            var index = tensor(places.Select(place => (long)place).ToArray(), device: states.device);
            return decoding.Keep(decoder.Logits(states.index_select(0, index)));
        }

        public void Leave(int place) => cache.Leave(place);

        public void Dispose() => cache.Dispose();
    }
}
