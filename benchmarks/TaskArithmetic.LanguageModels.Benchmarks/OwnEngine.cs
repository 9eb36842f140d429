using System.Diagnostics;
using TaskArithmetic.LanguageModels;
using TaskArithmetic.Safetensors;
using TorchSharp;

namespace TaskArithmetic.LanguageModels.Benchmarks;

/// <summary>The model in our engine, driven through its public members.</summary>
internal sealed class OwnEngine(DecoderWeights weights, DType dtype, int threads) : IDisposable
{
    private readonly CausalLanguageModel model = new(QwenShape.Configuration, weights, dtype, torch.CPU, threads);

    /// <summary>Seconds of a median step of one token in each row, its choice included.</summary>
    public double Decode(int rows, int steps)
    {
        var times = new List<double>();
        var clock = Stopwatch.StartNew();
        model.Generate(Prompts(rows, QwenShape.DecodedPrompt), new GenerationSettings { MaxNewTokens = steps + 1, BatchSize = rows }, (row, ids) =>
        {
            if (row == 0)
                times.Add(clock.Elapsed.TotalSeconds);
            return false;
        });
        return times.Zip(times.Skip(1), (before, after) => after - before).Order().ElementAt(steps / 2);
    }

    /// <summary>Seconds to read one prompt and choose the next token.</summary>
    public double Prefill(int length)
    {
        var clock = Stopwatch.StartNew();
        model.Generate(Prompts(1, length), new GenerationSettings { MaxNewTokens = 1 });
        return clock.Elapsed.TotalSeconds;
    }

    public void Dispose() => model.Dispose();

    private static GenerationPrompt[] Prompts(int rows, int length) =>
        [.. Enumerable.Range(0, rows).Select(row => new GenerationPrompt([.. Enumerable.Range(0, length).Select(i => QwenShape.Token(row, i))]))];
}
