namespace TaskArithmetic.Gguf.Vocabularies;

/// <summary>What a token is to llama.cpp (<c>llama_token_type</c>, which SentencePiece's numbers are).</summary>
internal enum TokenType
{
    /// <summary>A piece of text.</summary>
    Normal = 1,

    /// <summary>Stands for what the vocabulary lacks.</summary>
    Unknown = 2,

    /// <summary>A special token: no text.</summary>
    Control = 3,

    /// <summary>Added to the vocabulary; found in a text before anything is split.</summary>
    UserDefined = 4,

    /// <summary>A row of the embedding without a token.</summary>
    Unused = 5,

    /// <summary>One byte of a character that has no token.</summary>
    Byte = 6,
}
