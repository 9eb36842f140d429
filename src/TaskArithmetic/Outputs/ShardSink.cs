using TaskArithmetic.Safetensors;
using TaskArithmetic.Streaming;

namespace TaskArithmetic.Outputs;

/// <summary>Writes one safetensors file of a stream and hashes it on the way.</summary>
internal sealed class ShardSink : IStreamSink, IDisposable
{
    private readonly SafetensorsWriter writer;
    private readonly OrderedHash hash = new();

    /// <param name="path">The file to write.</param>
    /// <param name="layout">What it holds and where.</param>
    public ShardSink(string path, SafetensorsLayout layout)
    {
        writer = new SafetensorsWriter(path, layout);
        hash.AppendPrefix(layout.Prefix.Span);
    }

    public void Write(Chunk chunk, ReadOnlySpan<byte> bytes, CancellationToken stop)
    {
        writer.Write(chunk.Tensor, chunk.ByteOffset(chunk.Tensor.DType), bytes);
        hash.Append(chunk.Sequence, bytes, stop);
    }

    /// <summary>Makes the file last.</summary>
    /// <returns>Its SHA-256.</returns>
    public string Complete()
    {
        writer.Complete();
        return hash.Finish();
    }

    public void Dispose()
    {
        writer.Dispose();
        hash.Dispose();
    }
}
