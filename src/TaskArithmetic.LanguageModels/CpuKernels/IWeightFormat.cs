using System.Runtime.Intrinsics;

namespace TaskArithmetic.LanguageModels.CpuKernels;

/// <summary>How weights are stored and widened to float32, 32 at a time.</summary>
internal unsafe interface IWeightFormat
{
    /// <summary>Weights in one block.</summary>
    const int BlockSize = 32;

    /// <summary>Width of one weight.</summary>
    static abstract int Bytes { get; }

    /// <summary>The first half of a block, in the order that <see cref="Arrange"/> gives the other factor.</summary>
    static abstract Vector512<float> LoadFirst(byte* block);

    /// <summary>The second half of a block.</summary>
    static abstract Vector512<float> LoadSecond(byte* block);

    /// <summary>Loads one weight.</summary>
    static abstract float Load(byte* weight);

    /// <summary>Stores one value, rounded to the nearest, ties to even.</summary>
    static abstract void Store(byte* place, float value);

    /// <summary>Orders a vector as <see cref="LoadFirst"/> and <see cref="LoadSecond"/> order blocks; a last partial block stays as it is.</summary>
    static abstract void Arrange(ReadOnlySpan<float> values, Span<float> arranged);

    /// <summary>Undoes <see cref="Arrange"/>.</summary>
    static abstract void Restore(ReadOnlySpan<float> arranged, Span<float> values);
}
