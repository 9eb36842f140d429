namespace TaskArithmetic.Text.Tokenizers.Parsing;

/// <summary>The model of a tokenizer file.</summary>
/// <param name="Kind">BPE, Unigram, WordPiece or WordLevel.</param>
/// <param name="Vocabulary">Its tokens with their ids.</param>
/// <param name="Pieces">The tokens of a unigram model by id, which may list one twice; empty for others.</param>
/// <param name="Merges">The merges of a byte-pair encoding in order.</param>
/// <param name="Scores">The scores of a unigram model by id.</param>
internal sealed record TokenizerModel(
    string Kind, Dictionary<string, int> Vocabulary, IReadOnlyList<string> Pieces, IReadOnlyList<(string Left, string Right)> Merges, IReadOnlyList<double> Scores)
{
    /// <summary>The ids that merges join, in order; a pair listed twice keeps its last place.</summary>
    public IReadOnlyList<(int Left, int Right)> MergedIds()
    {
        var ranks = new Dictionary<(int, int), int>(Merges.Count);
        for (var rank = 0; rank < Merges.Count; rank++)
            ranks[(Vocabulary[Merges[rank].Left], Vocabulary[Merges[rank].Right])] = rank;
        return [.. ranks.OrderBy(merge => merge.Value).Select(merge => merge.Key)];
    }
}
