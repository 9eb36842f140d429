using System.Diagnostics;
using System.Globalization;
using TaskArithmetic.LanguageModels;
using TaskArithmetic.LanguageModels.Benchmarks;
using TaskArithmetic.Safetensors;
using TaskArithmetic.Torch.Libtorch;
using TorchSharp;

// Decode and prefill at Qwen2.5-0.5B's shape in bfloat16, each beside what the machine could do at best, measured in
// turns so that a busy machine slows both. Arguments: rounds (default 3), threads (default 0, all), batches (default 1,8,32).
CultureInfo.CurrentCulture = CultureInfo.InvariantCulture;
var rounds = args.Length > 0 ? int.Parse(args[0]) : 3;
int? threads = args.Length > 1 && int.Parse(args[1]) is > 0 and var count ? count : null;
var batches = (args.Length > 2 ? args[2] : "1,8,32").Split(',').Select(int.Parse).ToArray();
var progress = new Progress<string>(Console.Error.WriteLine);
var libtorch = await LibtorchRuntime.LoadAsync(new LibtorchOptions { Device = ComputeDevice.Parse("cpu"), Threads = threads }, progress);
Console.WriteLine($"libtorch {libtorch.Report.Version}, {libtorch.Report.Threads} threads, Qwen2.5-0.5B shape, bfloat16, {rounds} rounds, medians");

var weights = QwenShape.RandomWeights();
using var model = new CausalLanguageModel(QwenShape.Configuration, weights, DType.BF16, torch.CPU, libtorch.Report.Threads);
using var floors = new Floors(QwenShape.Matrices(weights), libtorch.Report.Threads);
var parameters = floors.Bytes / 2.0;
var headParameters = (double)QwenShape.Configuration.VocabularySize * QwenShape.Configuration.HiddenSize;
floors.SecondsToReadWeights();
floors.MatmulOperationsPerSecond();

Console.WriteLine("decode       | tokens/s | floor tokens/s | of floor | memory GB/s | step by");
foreach (var (batch, processorRows, name) in batches.SelectMany(batch => new[] { (batch, 64, "own"), (batch, 0, "libtorch") }))
{
    model.MostRowsOfProcessorStep = processorRows;
    Decode(batch, 2);
    var samples = Enumerable.Range(0, rounds).Select(_ =>
    {
        var read = floors.SecondsToReadWeights();
        var multiply = 2 * parameters * batch / floors.MatmulOperationsPerSecond();
        var step = Decode(batch, 8);
        return (Step: step, Floor: Math.Max(Math.Min(read, floors.SecondsToReadWeights()), multiply));
    }).OrderBy(sample => sample.Step / sample.Floor).ToList();
    var (median, floor) = samples[samples.Count / 2];
    Console.WriteLine($"batch {batch,-6} | {batch / median,8:F1} | {batch / floor,14:F1} | {floor / median,8:P0} | {floors.Bytes / median / 1e9,11:F1} | {name}");
}

Console.WriteLine("prefill      | tokens/s | floor tokens/s | of peak  | matmul peak GF/s");
foreach (var (batch, length) in batches.Select(batch => (batch, Math.Max(64, 512 / batch))))
{
    Prefill(batch, length);
    var samples = Enumerable.Range(0, rounds).Select(_ =>
    {
        var peak = Math.Max(floors.MatmulOperationsPerSecond(), floors.MatmulOperationsPerSecond());
        return (Seconds: Prefill(batch, length), Peak: peak);
    }).OrderBy(sample => sample.Seconds * sample.Peak).ToList();
    var (seconds, peakMedian) = samples[samples.Count / 2];
    var floor = 2 * ((parameters - headParameters) * batch * length + headParameters * batch) / peakMedian;
    Console.WriteLine($"{batch,2} x {length,-7} | {batch * length / seconds,8:F1} | {batch * length / floor,14:F1} | {floor / seconds,8:P0} | {peakMedian / 1e9:F0}");
}

double Decode(int batch, int steps)
{
    var times = new List<double>();
    var clock = Stopwatch.StartNew();
    model.Generate(
        Prompts(batch, 32), new GenerationSettings { MaxNewTokens = steps + 1, BatchSize = batch },
        (row, ids) =>
        {
            if (row == 0)
                times.Add(clock.Elapsed.TotalSeconds);
            return false;
        });
    return times.Zip(times.Skip(1), (before, after) => after - before).Order().ElementAt(steps / 2);
}

double Prefill(int batch, int length)
{
    var clock = Stopwatch.StartNew();
    model.Generate(Prompts(batch, length), new GenerationSettings { MaxNewTokens = 1, BatchSize = batch });
    return clock.Elapsed.TotalSeconds;
}

static GenerationPrompt[] Prompts(int batch, int length) =>
    [.. Enumerable.Range(0, batch).Select(row => new GenerationPrompt([.. Enumerable.Range(0, length).Select(i => (row * 7919 + i * 31) % 151000)]))];
