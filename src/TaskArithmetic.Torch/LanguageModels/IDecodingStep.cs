namespace TaskArithmetic.Torch.LanguageModels;

/// <summary>Computes one more token in each row of a batch; processors and other devices do it differently.</summary>
internal interface IDecodingStep
{
    /// <summary>
    /// Reads one token in each row, appends its keys and values to the cache, and gives the logits of what follows,
    /// float32, [rows, vocabulary]; valid until the next call.
    /// </summary>
    ReadOnlySpan<float> Next(ReadOnlySpan<int> ids, KeyValueCache cache);
}
