using System.Diagnostics;
using System.Runtime.Intrinsics;
using LLama;
using LLama.Common;
using LLama.Native;

namespace TaskArithmetic.LanguageModels.Benchmarks;

/// <summary>The same model in llama.cpp, through LLamaSharp.</summary>
internal sealed class LlamaCpp : IDisposable
{
    private readonly LLamaWeights weights;
    private readonly LLamaContext context;

    public LlamaCpp(string path, int threads, bool flashAttention)
    {
        var parameters = new ModelParams(path)
        {
            Threads = threads,
            BatchThreads = threads,
            GpuLayerCount = 0,
            ContextSize = 1024,
            SeqMax = 32,
            BatchSize = 2048,
            UBatchSize = 512,
            FlashAttention = flashAttention,
            KVUnified = true,
        };
        weights = LLamaWeights.LoadFromFile(parameters);
        context = weights.CreateContext(parameters);
    }

    /// <summary>Chooses the native library as wide as .NET's own vectors, and silences it; before anything else.</summary>
    public static void Prepare() => NativeLibraryConfig.All
        .WithAvx(Vector512.IsHardwareAccelerated ? AvxLevel.Avx512 : AvxLevel.Avx2)
        .WithLogCallback((level, message) =>
        {
            if (level == LLamaLogLevel.Error)
                Console.Error.Write(message);
        });

    /// <summary>Seconds of a median step of one token in each of some sequences.</summary>
    public double Decode(int sequences, int steps)
    {
        context.NativeHandle.MemoryClear(true);
        var batch = new LLamaBatch();
        Add(batch, sequences, 0, QwenShape.DecodedPrompt);
        Run(batch);
        return Enumerable.Range(0, steps).Select(step =>
        {
            batch.Clear();
            Add(batch, sequences, QwenShape.DecodedPrompt + step, 1);
            return Run(batch);
        }).Order().ElementAt(steps / 2);
    }

    /// <summary>Seconds to read one prompt.</summary>
    public double Prefill(int length)
    {
        context.NativeHandle.MemoryClear(true);
        var batch = new LLamaBatch();
        Add(batch, 1, 0, length);
        return Run(batch);
    }

    public void Dispose()
    {
        context.Dispose();
        weights.Dispose();
    }

    private static void Add(LLamaBatch batch, int sequences, int position, int tokens)
    {
        for (var sequence = 0; sequence < sequences; sequence++)
        {
            for (var i = 0; i < tokens; i++)
                batch.Add((LLamaToken)QwenShape.Token(sequence, position + i), (LLamaPos)(position + i), (LLamaSeqId)sequence, i == tokens - 1);
        }
    }

    private double Run(LLamaBatch batch)
    {
        var clock = Stopwatch.StartNew();
        if (context.Decode(batch) != DecodeResult.Ok)
            throw new InvalidOperationException("llama.cpp did not decode the batch.");
        context.NativeHandle.GetLogitsIth(batch.TokenCount - 1);
        return clock.Elapsed.TotalSeconds;
    }
}
