namespace TaskArithmetic.LanguageModels;

/// <summary>A model's layers: tokens in, hidden states and logits out. Processors and other devices compute them differently.</summary>
internal interface IDecoder : IDisposable
{
    /// <summary>Hidden states after the final norm, float32, [places, hidden].</summary>
    /// <param name="trees">Whole sequences.</param>
    /// <param name="places">Which tokens' states are wanted: the tree and the token's place in it, branches behind the context.</param>
    float[] Hidden(IReadOnlyList<TokenTree> trees, IReadOnlyList<(int Tree, int Token)> places);

    /// <summary>Logits of hidden states, float32, [states, vocabulary]; valid until the next call.</summary>
    ReadOnlySpan<float> Logits(ReadOnlySpan<float> hidden);

    /// <summary>Sequences to be continued side by side.</summary>
    /// <param name="rows">Most sequences at a time.</param>
    /// <param name="slots">Most tokens of a sequence.</param>
    ISequences Begin(int rows, int slots);
}

/// <summary>Sequences that are continued side by side, each in a place; a place may be taken again.</summary>
internal interface ISequences : IDisposable
{
    /// <summary>Reads sequences into places that are free, or held their beginnings; the logits of what follows each, valid until the next call.</summary>
    ReadOnlySpan<float> Read(IReadOnlyList<int> places, IReadOnlyList<IReadOnlyList<int>> sequences);

    /// <summary>Reads one more token at each place that is taken; the logits of what follows each.</summary>
    ReadOnlySpan<float> Next(IReadOnlyList<int> places, ReadOnlySpan<int> ids);

    /// <summary>Frees a place.</summary>
    void Leave(int place);
}
