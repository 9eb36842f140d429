namespace TaskArithmetic.Gguf.Format;

/// <summary>A way of storing the weights of a model.</summary>
/// <param name="Name">Its name in options and file names.</param>
/// <param name="FileType">Its number in <c>general.file_type</c> (llama.cpp's <c>llama_ftype</c>).</param>
/// <param name="Type">The type of matrices where we write it; null where llama.cpp's quantizer does.</param>
internal sealed record GgufQuantization(string Name, int FileType, GgufType? Type)
{
    /// <summary>All that can be asked for, from the most bits to the fewest.</summary>
    public static IReadOnlyList<GgufQuantization> All { get; } =
    [
        new("f32", 0, GgufType.F32), new("bf16", 32, GgufType.BF16), new("f16", 1, GgufType.F16), new("q8_0", 7, GgufType.Q8Zero),
        new("q6_k", 18, null), new("q5_k_m", 17, null), new("q5_k_s", 16, null), new("q5_1", 9, null), new("q5_0", 8, null),
        new("q4_k_m", 15, null), new("q4_k_s", 14, null), new("q4_1", 3, null), new("q4_0", 2, null),
        new("q3_k_l", 13, null), new("q3_k_m", 12, null), new("q3_k_s", 11, null), new("q2_k", 10, null),
    ];

    /// <summary>Whether rows must be whole blocks of 32; the K-quants have other types for rows that are not.</summary>
    public bool NeedsWholeBlocks => Type is null && !Name.Contains('k');

    /// <summary>The quantization of a name in any case; null where there is none.</summary>
    public static GgufQuantization? Find(string name) => All.FirstOrDefault(q => q.Name.Equals(name, StringComparison.OrdinalIgnoreCase));
}
