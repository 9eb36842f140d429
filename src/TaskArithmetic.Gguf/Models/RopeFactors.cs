using TaskArithmetic.LanguageModels;

namespace TaskArithmetic.Gguf.Models;

/// <summary>What llama.cpp divides rotary frequencies by where a formula of the model, rather than one factor, stretches them.</summary>
internal static class RopeFactors
{
    /// <summary>
    /// Llama 3.1: 1 for wavelengths below original/high, the factor for those above original/low, between them 1 / ((1−s)/factor + s) with
    /// s = (original/wavelength − low) / (high − low). Source: transformers, <c>modeling_rope_utils</c>, the type llama3.
    /// </summary>
    /// <returns>One number for each pair of a head's dimensions.</returns>
    public static float[] Llama3(RopeParameters rope, int headDimension) =>
        [.. Enumerable.Range(0, headDimension / 2).Select(pair =>
        {
            var wavelength = 2 * Math.PI * Math.Pow(rope.Theta, 2.0 * pair / headDimension);
            var turns = rope.OriginalMaxPositionEmbeddings / wavelength;
            if (turns > rope.HighFrequencyFactor)
                return 1f;
            if (turns < rope.LowFrequencyFactor)
                return (float)rope.Factor;
            var smooth = (turns - rope.LowFrequencyFactor) / (rope.HighFrequencyFactor - rope.LowFrequencyFactor);
            return (float)(1 / (((1 - smooth) / rope.Factor) + smooth));
        })];
}
