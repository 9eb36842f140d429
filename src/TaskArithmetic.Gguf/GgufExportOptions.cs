namespace TaskArithmetic.Gguf;

/// <summary>What is written where.</summary>
public sealed record GgufExportOptions
{
    /// <summary>The model folder.</summary>
    public required string Model { get; init; }

    /// <summary>The file to write, NAME.gguf. An earlier GGUF file there is replaced once the new one is whole.</summary>
    public required string Output { get; init; }

    /// <summary>
    /// How weights are stored: f32, bf16, f16, q8_0, or one of llama.cpp's 2- to 6-bit forms such as q4_k_m; null for the type in which the
    /// embedding is stored, which loses nothing.
    /// </summary>
    public string? Quantization { get; init; }

    /// <summary>The name that engines show; null for that of the folder.</summary>
    public string? Name { get; init; }

    /// <summary>Threads of llama.cpp's quantizer; 0 for one for each processor. The bytes do not depend on them.</summary>
    public int Threads { get; init; }

    /// <summary>Hears weights done.</summary>
    public IProgress<long>? Progress { get; init; }

    /// <summary>Hears, once, how many weights <see cref="Progress"/> will add up to.</summary>
    public Action<long>? Starting { get; init; }

    /// <summary>Hears what is fetched from where.</summary>
    public IProgress<string>? Log { get; init; }

    /// <summary>Whether the file takes token ids only, for weights that have no tokenizer.</summary>
    internal bool WithoutVocabulary { get; init; }
}
