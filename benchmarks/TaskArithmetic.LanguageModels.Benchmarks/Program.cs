using System.Globalization;
using System.Runtime.Intrinsics;
using TaskArithmetic.LanguageModels.Benchmarks;
using TaskArithmetic.Safetensors;
using TaskArithmetic.Torch.Libtorch;

// Decoding and reading prompts at Qwen2.5-0.5B's shape, in our engine and in llama.cpp in turns, beside what the machine
// could do at best. Arguments: rounds (default 3), threads (default 2). Without AVX-512: DOTNET_EnableAVX512=0.
CultureInfo.CurrentCulture = CultureInfo.InvariantCulture;
var rounds = args.Length > 0 ? int.Parse(args[0]) : 3;
var threads = args.Length > 1 ? int.Parse(args[1]) : 2;
LlamaCpp.Prepare();
await LibtorchRuntime.LoadAsync(new LibtorchOptions { Device = ComputeDevice.Parse("cpu"), Threads = threads }, new Progress<string>(Console.Error.WriteLine));

var weights = QwenShape.RandomWeights();
var file = Path.Combine(Path.GetTempPath(), $"taskarithmetic-benchmark-{Environment.ProcessId}.gguf");
try
{
    QwenGguf.Write(file, weights);
    using var flash = new LlamaCpp(file, threads, flashAttention: true);
    using var plain = new LlamaCpp(file, threads, flashAttention: false);
    using var bfloat16 = new OwnEngine(weights, DType.BF16, threads);
    using var float32 = new OwnEngine(QwenShape.Widened(weights), DType.F32, threads);
    var floors = new Floors(QwenShape.Matrices(weights), threads);

    Console.WriteLine($"Qwen2.5-0.5B shape, {threads} threads, {(Vector512.IsHardwareAccelerated ? 512 : 256)}-bit registers, {rounds} rounds, medians; tokens a second");
    Console.WriteLine("|              | ours bf16 | ours f32 | llama.cpp bf16 | ours bf16 / llama.cpp | ours f32 / llama.cpp | best possible in bf16 | ours of that |");
    Console.WriteLine("|---|---|---|---|---|---|---|---|");
    foreach (var rows in (int[])[1, 8, 32])
        Compare($"decode, batch {rows}", rows, QwenShape.MultipliedWeights, it => it.Decode(rows, 6), it => it.Decode(rows, 6));
    foreach (var length in (int[])[64, 512])
        Compare($"prefill {length}", length, QwenShape.MultipliedWeights - QwenShape.HeadWeights, it => it.Prefill(length), it => it.Prefill(length));

    void Compare(string name, int tokens, double weightsPerToken, Func<OwnEngine, double> own, Func<LlamaCpp, double> other)
    {
        var samples = Enumerable.Range(-1, rounds + 1).Select(_ =>
        {
            var floor = Math.Max(Math.Min(floors.SecondsToReadWeights(), floors.SecondsToReadWeights()), 2 * weightsPerToken * tokens / floors.OperationsPerSecond());
            return (Bfloat16: own(bfloat16), Llama: Math.Min(other(flash), other(plain)), Float32: own(float32), Floor: floor);
        }).Skip(1).ToList(); // the first warms up
        double Median(Func<(double Bfloat16, double Llama, double Float32, double Floor), double> value) => samples.Select(value).Order().ElementAt(rounds / 2);
        Console.WriteLine(
            $"| {name,-16} | {tokens / Median(it => it.Bfloat16):F1} | {tokens / Median(it => it.Float32):F1} | {tokens / Median(it => it.Llama):F1} | "
            + $"{Median(it => it.Llama / it.Bfloat16):F2} | {Median(it => it.Llama / it.Float32):F2} | {tokens / Median(it => it.Floor):F1} | {Median(it => it.Floor / it.Bfloat16):P0} |");
    }
}
finally
{
    File.Delete(file);
}
