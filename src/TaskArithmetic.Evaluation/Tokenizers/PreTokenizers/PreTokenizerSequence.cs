namespace TaskArithmetic.Evaluation.Tokenizers.PreTokenizers;

/// <summary>One pre-tokenizer after another; with none, the segments stay as they are.</summary>
internal sealed class PreTokenizerSequence(IReadOnlyList<IPreTokenizer> preTokenizers) : IPreTokenizer
{
    public SegmentedText PreTokenize(SegmentedText text) =>
        preTokenizers.Aggregate(text, static (current, preTokenizer) =>
        {
            var cut = preTokenizer.PreTokenize(current);
            TextGrowth.Require(cut.Text.Length);
            return cut;
        });
}
