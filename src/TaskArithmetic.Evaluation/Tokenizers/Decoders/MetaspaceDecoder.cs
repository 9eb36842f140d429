using System.Text;
using TaskArithmetic.Evaluation.Tokenizers.PreTokenizers;

namespace TaskArithmetic.Evaluation.Tokenizers.Decoders;

/// <summary>Turns the marks of words' starts back into spaces; the first token loses them unless none was put in front.</summary>
internal sealed class MetaspaceDecoder(Rune mark, PrependScheme scheme) : IDecoder
{
    private readonly string mark = mark.ToString();

    public IReadOnlyList<string> Decode(IReadOnlyList<string> tokens) =>
        [.. tokens.Select((token, i) => token.Replace(mark, i == 0 && scheme != PrependScheme.Never ? "" : " ", StringComparison.Ordinal))];
}
