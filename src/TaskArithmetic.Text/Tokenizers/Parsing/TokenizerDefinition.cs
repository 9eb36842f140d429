using TaskArithmetic.Text.Tokenizers.AddedTokens;
using TaskArithmetic.Text.Tokenizers.Decoders;
using TaskArithmetic.Text.Tokenizers.Models;
using TaskArithmetic.Text.Tokenizers.Normalizers;
using TaskArithmetic.Text.Tokenizers.PostProcessors;
using TaskArithmetic.Text.Tokenizers.PreTokenizers;

namespace TaskArithmetic.Text.Tokenizers.Parsing;

/// <summary>What a <c>tokenizer.json</c> says.</summary>
internal sealed record TokenizerDefinition(
    INormalizer Normalizer,
    IPreTokenizer PreTokenizer,
    BpeModel Model,
    SpecialTokenTemplate Template,
    IDecoder? Decoder,
    IReadOnlyList<AddedToken> AddedTokens);
