using System.Runtime.InteropServices;
using TorchSharp;

namespace TaskArithmetic.LanguageModels;

/// <summary>Computes one more token in each row of a batch; processors and other devices do it differently.</summary>
internal interface IDecodingStep
{
    /// <summary>
    /// Reads one token in each row, appends its keys and values to the cache, and gives the logits of what follows,
    /// float32, [rows, vocabulary]; valid until the next call.
    /// </summary>
    ReadOnlySpan<float> Next(ReadOnlySpan<int> ids, KeyValueCache cache);
}

/// <summary>A decoding step by libtorch's operations, for all devices and batch sizes.</summary>
internal sealed class TorchDecodingStep(Decoder decoder) : IDecodingStep
{
    private float[] logits = [];

    public ReadOnlySpan<float> Next(ReadOnlySpan<int> ids, KeyValueCache cache)
    {
        using var scope = torch.NewDisposeScope();
        var values = decoder.Logits(decoder.Step(ids, cache)).cpu();
        if (logits.Length < values.NumberOfElements)
            logits = new float[values.NumberOfElements];
        var result = logits.AsSpan(0, (int)values.NumberOfElements);
        MemoryMarshal.Cast<byte, float>(values.bytes).CopyTo(result);
        return result;
    }
}
