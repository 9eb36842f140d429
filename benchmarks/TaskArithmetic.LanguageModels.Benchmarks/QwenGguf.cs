using System.Text;
using TaskArithmetic.LanguageModels.CpuKernels;
using TorchSharp;
using static TorchSharp.torch;

namespace TaskArithmetic.LanguageModels.Benchmarks;

/// <summary>Writes the benchmark's weights as a GGUF file without a vocabulary, for llama.cpp.</summary>
internal static unsafe class QwenGguf
{
    private const int Alignment = 32;

    public static void Write(string path, DecoderWeights weights)
    {
        var model = QwenShape.Configuration;
        var tensors = Tensors(weights).ToList();
        using var file = File.Create(path);
        using var writer = new BinaryWriter(file);
        writer.Write("GGUF"u8);
        writer.Write(3);
        writer.Write((long)tensors.Count);
        (string Key, object Value)[] metadata =
        [
            ("general.architecture", "qwen2"), ("tokenizer.ggml.model", "no_vocab"), ("qwen2.vocab_size", model.VocabularySize),
            ("qwen2.block_count", model.LayerCount), ("qwen2.context_length", model.MaxPositionEmbeddings),
            ("qwen2.embedding_length", model.HiddenSize), ("qwen2.feed_forward_length", model.IntermediateSize),
            ("qwen2.attention.head_count", model.HeadCount), ("qwen2.attention.head_count_kv", model.KeyValueHeadCount),
            ("qwen2.rope.freq_base", (float)model.Rope.Theta), ("qwen2.attention.layer_norm_rms_epsilon", (float)model.RmsNormEpsilon),
        ];
        writer.Write((long)metadata.Length);
        foreach (var (key, value) in metadata)
            Write(writer, key, value);
        var offset = 0L;
        foreach (var (name, tensor) in tensors)
        {
            Write(writer, name);
            writer.Write(tensor.shape.Length);
            foreach (var extent in tensor.shape.Reverse())
                writer.Write(extent);
            writer.Write(tensor.dtype == ScalarType.BFloat16 ? 30 : 0);
            writer.Write(offset);
            offset += Padded(Bytes(tensor));
        }
        writer.Write(new byte[Padded(file.Position) - file.Position]);
        foreach (var (_, tensor) in tensors)
        {
            byte* address = StoredMatrix.AddressOf(tensor);
            for (var written = 0L; written < Bytes(tensor); written += 1 << 24)
                writer.Write(new ReadOnlySpan<byte>(address + written, (int)Math.Min(1 << 24, Bytes(tensor) - written)));
            writer.Write(new byte[Padded(Bytes(tensor)) - Bytes(tensor)]);
        }
    }

    /// <summary>Matrices as they are, vectors as float32, by llama.cpp's names.</summary>
    private static IEnumerable<(string Name, Tensor Tensor)> Tensors(DecoderWeights weights)
    {
        var model = QwenShape.Configuration;
        var key = model.KeyValueHeadCount * model.HeadDimension;
        yield return ("token_embd.weight", weights.Embedding);
        yield return ("output_norm.weight", weights.FinalNorm.to(ScalarType.Float32));
        foreach (var (layer, i) in weights.Layers.Select((layer, i) => (layer, i)))
        {
            yield return ($"blk.{i}.attn_norm.weight", layer.InputNorm.to(ScalarType.Float32));
            var bias = layer.QueryKeyValueBias!.to(ScalarType.Float32);
            foreach (var (name, start, count) in ((string, long, long)[])[("q", 0, model.HiddenSize), ("k", model.HiddenSize, key), ("v", model.HiddenSize + key, key)])
            {
                yield return ($"blk.{i}.attn_{name}.weight", layer.QueryKeyValue.narrow(0, start, count));
                yield return ($"blk.{i}.attn_{name}.bias", bias.narrow(0, start, count));
            }
            yield return ($"blk.{i}.attn_output.weight", layer.Output);
            yield return ($"blk.{i}.ffn_norm.weight", layer.FeedForwardNorm.to(ScalarType.Float32));
            yield return ($"blk.{i}.ffn_gate.weight", layer.GateUp.narrow(0, 0, model.IntermediateSize));
            yield return ($"blk.{i}.ffn_up.weight", layer.GateUp.narrow(0, model.IntermediateSize, model.IntermediateSize));
            yield return ($"blk.{i}.ffn_down.weight", layer.Down);
        }
    }

    private static void Write(BinaryWriter writer, string key, object value)
    {
        Write(writer, key);
        switch (value)
        {
            case string text:
                writer.Write(8);
                Write(writer, text);
                break;
            case float number:
                writer.Write(6);
                writer.Write(number);
                break;
            default:
                writer.Write(4);
                writer.Write((int)value);
                break;
        }
    }

    private static void Write(BinaryWriter writer, string text)
    {
        writer.Write((long)Encoding.UTF8.GetByteCount(text));
        writer.Write(Encoding.UTF8.GetBytes(text));
    }

    private static long Bytes(Tensor tensor) => tensor.NumberOfElements * tensor.ElementSize;

    private static long Padded(long bytes) => (bytes + Alignment - 1) / Alignment * Alignment;
}
