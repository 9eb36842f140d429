using TaskArithmetic.Safetensors;

namespace TaskArithmetic.Benchmarks.WholeMerge;

/// <summary>Writes a model folder of a given shape: weights near one shared base, so that lineage and survival are measured as on real ones.</summary>
internal static class SyntheticModel
{
    public static void Write(string folder, ModelShape shape, int seed)
    {
        Directory.CreateDirectory(folder);
        File.WriteAllText(Path.Combine(folder, "config.json"),
            $$"""{"model_type": "qwen2", "hidden_size": {{shape.Hidden}}, "num_hidden_layers": {{shape.Layers}}, "tie_word_embeddings": true, "vocab_size": 151936, "torch_dtype": "bfloat16"}""");
        var layout = SafetensorsLayout.Create(shape.Tensors());
        using var writer = new SafetensorsWriter(Path.Combine(folder, "model.safetensors"), layout);
        var shared = new Random(1);
        var own = new Random(seed);
        var values = new byte[1 << 22];
        foreach (var tensor in layout.Header.Tensors)
        {
            for (long offset = 0; offset < tensor.ByteLength; offset += values.Length)
            {
                var part = values.AsSpan(0, (int)Math.Min(values.Length, tensor.ByteLength - offset));
                Fill(part, shared, own);
                writer.Write(tensor, offset, part);
            }
        }
        writer.Complete();
    }

    /// <summary>bf16 of magnitude 2^-7 to 2^-5; the lowest mantissa bits differ between models.</summary>
    private static void Fill(Span<byte> part, Random shared, Random own)
    {
        shared.NextBytes(part);
        var noise = new byte[4096];
        own.NextBytes(noise);
        for (var i = 0; i + 1 < part.Length; i += 2)
        {
            part[i] = (byte)((part[i] & 0xFC) | (noise[i / 2 % noise.Length] & 0x03));
            part[i + 1] = (byte)((part[i + 1] & 0x80) | 0x3C);
        }
    }
}
