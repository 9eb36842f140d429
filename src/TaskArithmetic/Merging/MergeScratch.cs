namespace TaskArithmetic.Merging;

/// <summary>One worker's buffers: about 2.5 MB, whatever the model's size.</summary>
internal sealed class MergeScratch
{
    // The widest element is 8 bytes.
    public byte[] TargetBytes { get; } = new byte[Chunk.Elements * 8];

    public byte[] FromBytes { get; } = new byte[Chunk.Elements * 8];

    public byte[] MinusBytes { get; } = new byte[Chunk.Elements * 8];

    public float[] Target { get; } = new float[Chunk.Elements];

    public float[] Accumulator { get; } = new float[Chunk.Elements];

    public float[] Delta { get; } = new float[Chunk.Elements];

    public float[] From { get; } = new float[Chunk.BlockElements];

    public float[] Minus { get; } = new float[Chunk.BlockElements];
}
