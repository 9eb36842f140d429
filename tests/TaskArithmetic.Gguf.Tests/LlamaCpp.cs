using LLama;
using LLama.Common;
using LLama.Native;
using Microsoft.VisualStudio.TestTools.UnitTesting;

namespace TaskArithmetic.Gguf.Tests;

/// <summary>A GGUF file in llama.cpp, as an application has it through LLamaSharp.</summary>
internal sealed class LlamaCpp : IDisposable
{
    private const uint Context = 512;

    private readonly ModelParams parameters;
    private readonly LLamaWeights weights;

    static LlamaCpp() => NativeLogConfig.llama_log_set((LLamaLogLevel _, string _) => { });

    public LlamaCpp(string file, bool vocabularyOnly = false)
    {
        // Keys and values in float32, as in the engine that it is compared with.
        parameters = new ModelParams(file) { ContextSize = Context, BatchSize = Context, Threads = 2, VocabOnly = vocabularyOnly, FlashAttention = false, TypeK = GGMLType.GGML_TYPE_F32, TypeV = GGMLType.GGML_TYPE_F32 };
        weights = LLamaWeights.LoadFromFile(parameters);
    }

    public IReadOnlyDictionary<string, string> Metadata => weights.Metadata;

    public int[] Tokens(string text, bool addSpecial = false) => [.. weights.NativeHandle.Tokenize(text, addSpecial, special: true, System.Text.Encoding.UTF8).Select(t => (int)t)];

    /// <summary>The most probable tokens one after another, and at each the distance of the two highest logits.</summary>
    public (int[] Ids, float[] Margins) Greedy(IReadOnlyList<int> prompt, int count, IReadOnlyCollection<int>? stops = null)
    {
        using var context = weights.CreateContext(parameters);
        var ids = new List<int>();
        var margins = new List<float>();
        var next = prompt;
        for (var position = 0; ids.Count < count; position += next.Count, next = [ids[^1]])
        {
            var logits = Decode(context, next, position)[^1];
            var best = Array.IndexOf(logits, logits.Max());
            margins.Add(logits[best] - logits.Where((_, i) => i != best).Max());
            ids.Add(best);
            if (stops?.Contains(best) == true)
                break;
        }
        return ([.. ids], [.. margins]);
    }

    /// <summary>The logits of every position.</summary>
    public float[][] Logits(IReadOnlyList<int> ids)
    {
        using var context = weights.CreateContext(parameters);
        return Decode(context, ids, 0);
    }

    /// <summary>exp of minus the mean log-probability of each token given those before it.</summary>
    public double Perplexity(IReadOnlyList<int> ids)
    {
        var logits = Logits(ids);
        return Math.Exp(-Enumerable.Range(1, ids.Count - 1).Average(i => LogProbability(logits[i - 1], ids[i])));
    }

    public void Dispose() => weights.Dispose();

    private static double LogProbability(float[] logits, int id)
    {
        double highest = logits.Max();
        return logits[id] - highest - Math.Log(logits.Sum(x => Math.Exp(x - highest)));
    }

    private static float[][] Decode(LLamaContext context, IReadOnlyList<int> ids, int position)
    {
        var batch = new LLamaBatch();
        for (var i = 0; i < ids.Count; i++)
            batch.Add(ids[i], position + i, LLamaSeqId.Zero, logits: true);
        Assert.AreEqual(DecodeResult.Ok, context.Decode(batch));
        return [.. Enumerable.Range(0, ids.Count).Select(i => context.NativeHandle.GetLogitsIth(i).ToArray())];
    }
}
