namespace TaskArithmetic.Evaluation.Tokenizers.PreTokenizers;

/// <summary>Cuts segments further, and may rewrite them; the model never merges across a cut.</summary>
internal interface IPreTokenizer
{
    SegmentedText PreTokenize(SegmentedText text);
}
