using TaskArithmetic.Evaluation.Tokenizers.AddedTokens;
using TaskArithmetic.Evaluation.Tokenizers.Decoders;
using TaskArithmetic.Evaluation.Tokenizers.Models;
using TaskArithmetic.Evaluation.Tokenizers.Normalizers;
using TaskArithmetic.Evaluation.Tokenizers.PostProcessors;
using TaskArithmetic.Evaluation.Tokenizers.PreTokenizers;

namespace TaskArithmetic.Evaluation.Tokenizers.Parsing;

/// <summary>What a <c>tokenizer.json</c> says.</summary>
internal sealed record TokenizerDefinition(
    INormalizer Normalizer,
    IPreTokenizer PreTokenizer,
    BpeModel Model,
    SpecialTokenTemplate Template,
    IDecoder? Decoder,
    IReadOnlyList<AddedToken> AddedTokens);
