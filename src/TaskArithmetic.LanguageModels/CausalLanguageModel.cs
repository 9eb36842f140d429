using System.Runtime.InteropServices;
using TaskArithmetic.Checkpoints;
using TaskArithmetic.Diagnostics;
using TaskArithmetic.LanguageModels.CpuKernels;
using TaskArithmetic.Safetensors;
using TaskArithmetic.Torch.Libtorch;
using TorchSharp;
using static TorchSharp.torch;

namespace TaskArithmetic.LanguageModels;

/// <summary>
/// A causal language model on libtorch, token ids in and token ids out. Runs Llama, SmolLM2, Mistral, Qwen2, Qwen2.5,
/// Qwen3, Gemma 3 (text), Phi-3 and Phi-4 checkpoints in float32 or bfloat16. An instance is used by one thread at a time.
/// </summary>
public sealed class CausalLanguageModel : IDisposable
{
    private readonly DecoderWeights weights;
    private readonly IDecoder torch;
    private readonly IDecoder? kernels;
    private readonly Device device;
    private readonly LayerRotations rotations;
    private readonly int threads;

    internal CausalLanguageModel(ModelConfiguration configuration, DecoderWeights weights, DType dtype, Device device, int threads)
    {
        Configuration = configuration;
        DType = dtype;
        this.weights = weights;
        this.device = device;
        rotations = new LayerRotations(configuration);
        this.threads = weights.Elements < TinyModel ? 1 : threads;
        var scalarType = ScalarTypeOf(dtype);
        torch = new TorchDecoding(configuration, new Decoder(configuration, weights, rotations, scalarType, device), scalarType, device);
        if (device.type == DeviceType.CPU)
        {
            kernels = dtype == DType.BF16
                ? new CpuDecoder<BFloat16Weights>(configuration, weights, rotations, this.threads)
                : new CpuDecoder<Float32Weights>(configuration, weights, rotations, this.threads);
        }
    }

    /// <summary>
    /// Weights below which one thread computes: an operation on such a model takes less time than it takes to wake
    /// another thread and to wait for it, so that more threads cost processor time and win nothing.
    /// </summary>
    internal const long TinyModel = 4_000_000;

    /// <summary>What the model folder's configuration says.</summary>
    public ModelConfiguration Configuration { get; }

    /// <summary>The dtype the model computes with: F32 or BF16.</summary>
    public DType DType { get; }

    /// <summary>Whether libtorch's operations compute on the processor too, as they do on other devices.</summary>
    internal bool UsesLibtorch { get; set; }

    /// <summary>Steps of generation so far, each over all rows of a batch.</summary>
    internal long Steps { get; private set; }

    private IDecoder Decoder => kernels is null || UsesLibtorch ? torch : kernels;

    /// <summary>
    /// Checks a model folder by its configuration and headers, without libtorch and without reading weights: an empty
    /// list, or everything for which <see cref="Load"/> would refuse it, save weights that are not finite.
    /// </summary>
    /// <exception cref="DiagnosticException">TA2001–TA2005 the checkpoint's files cannot be opened.</exception>
    public static IReadOnlyList<Diagnostic> Check(string modelFolder)
    {
        using var checkpoint = Checkpoint.Open(modelFolder);
        var problems = new List<Diagnostic>();
        Preflight(checkpoint, problems);
        return problems;
    }

    /// <summary>Reads what a model folder's configuration says, after the checks of <see cref="Check"/>; no weights are read.</summary>
    /// <exception cref="DiagnosticException">
    /// TA2001–TA2005 the files cannot be opened; TA2200–TA2217 every reason for which this engine does not run the model, at once.
    /// </exception>
    public static ModelConfiguration ReadConfiguration(string modelFolder)
    {
        using var checkpoint = Checkpoint.Open(modelFolder);
        var problems = new List<Diagnostic>();
        var configuration = Preflight(checkpoint, problems);
        return configuration is not null && problems.Count == 0 ? configuration : throw new DiagnosticException(problems);
    }

    /// <summary>Loads a Hugging Face model folder: config.json and safetensors weights of any float dtype.</summary>
    /// <param name="modelFolder">The folder.</param>
    /// <param name="libtorch">The loaded runtime; its device is the model's.</param>
    /// <param name="dtype">What to compute with: F32 or BF16.</param>
    /// <param name="cancellationToken">Ends the reading of weights.</param>
    /// <exception cref="DiagnosticException">
    /// TA2001–TA2005 the files cannot be opened; TA2200–TA2217 every reason for which this engine does not run the model, at once.
    /// </exception>
    public static CausalLanguageModel Load(string modelFolder, LibtorchRuntime libtorch, DType dtype, CancellationToken cancellationToken = default)
    {
        var scalarType = ScalarTypeOf(dtype);
        using var checkpoint = Checkpoint.Open(modelFolder);
        var problems = new List<Diagnostic>();
        var configuration = Preflight(checkpoint, problems);
        if (configuration is null || problems.Count > 0)
            throw new DiagnosticException(problems);
        using var mode = inference_mode();
        var weights = new WeightLoader(checkpoint, configuration, scalarType, libtorch.TorchDevice, cancellationToken).Load();
        return new CausalLanguageModel(configuration, weights, dtype, libtorch.TorchDevice, libtorch.Report.Threads);
    }

    private static ScalarType ScalarTypeOf(DType dtype) => dtype switch
    {
        DType.F32 => ScalarType.Float32,
        DType.BF16 => ScalarType.BFloat16,
        _ => throw new ArgumentOutOfRangeException(nameof(dtype), dtype, "Models compute with F32 or BF16."),
    };

    private static ModelConfiguration? Preflight(Checkpoint checkpoint, List<Diagnostic> problems)
    {
        var configuration = ModelConfigurationReader.Read(checkpoint.Path, problems);
        if (configuration is not null)
            new CheckpointPreflight(checkpoint, configuration, problems).Check();
        return configuration;
    }

    /// <summary>Continues prompts. A row's answer does not depend on the rows beside it, in float32.</summary>
    /// <param name="prompts">The prompts.</param>
    /// <param name="settings">How to continue.</param>
    /// <param name="stop">Asked after each token, with the prompt's number and all new tokens: true ends the answer.</param>
    /// <param name="completed">Hears each answer when it ends, with the prompt's number.</param>
    /// <param name="cancellationToken">Ends the work between two tokens.</param>
    /// <returns>One answer for each prompt, in the prompts' order.</returns>
    /// <exception cref="DiagnosticException">TA2220 a token is outside the vocabulary; TA2221 a prompt is empty.</exception>
    public IReadOnlyList<GeneratedSequence> Generate(
        IReadOnlyList<GenerationPrompt> prompts, GenerationSettings settings, Func<int, IReadOnlyList<int>, bool>? stop = null,
        Action<int, GeneratedSequence>? completed = null, CancellationToken cancellationToken = default)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(settings.MaxNewTokens, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(settings.BatchSize, 1);
        Validate(prompts.Select(prompt => prompt.Ids));
        UseThreads();
        using var mode = inference_mode();
        var answers = new GeneratedSequence[prompts.Count];
        var generator = new TextGenerator(Configuration, Decoder, rotations, settings, stop, cancellationToken);
        generator.Run(prompts.Select((prompt, index) => new GenerationRow(index, prompt, settings.RepetitionPenalty != 1)), row =>
        {
            answers[row.Index] = row.ToSequence();
            completed?.Invoke(row.Index, answers[row.Index]);
        });
        Steps += generator.Steps;
        return answers;
    }

    /// <summary>Scores continuations. Equal contexts are run once.</summary>
    /// <param name="sequences">The continuations and their contexts.</param>
    /// <param name="tokensPerBatch">Most tokens to run at once; a longer sequence runs alone.</param>
    /// <param name="completed">Hears each score, with the sequence's number.</param>
    /// <param name="cancellationToken">Ends the work between two batches.</param>
    /// <returns>One score for each sequence, in their order.</returns>
    /// <exception cref="DiagnosticException">TA2220 a token is outside the vocabulary; TA2221 a context or continuation is empty.</exception>
    public IReadOnlyList<SequenceScore> Score(
        IReadOnlyList<ScoredSequence> sequences, int tokensPerBatch = 2048,
        Action<int, SequenceScore>? completed = null, CancellationToken cancellationToken = default)
    {
        Validate(sequences.SelectMany(sequence => (IReadOnlyList<int>[])[sequence.Context, sequence.Continuation]), tokensPerSequence: 2);
        UseThreads();
        using var mode = inference_mode();
        var scores = new SequenceScore[sequences.Count];
        var scorer = new SequenceScorer(Configuration, Decoder);
        foreach (var batch in ScoringPlan.Batches(sequences, tokensPerBatch, MayShareContext))
        {
            cancellationToken.ThrowIfCancellationRequested();
            scorer.Score(batch, sequences, scores);
            foreach (var index in batch.SelectMany(plan => plan.Sequences))
                completed?.Invoke(index, scores[index]);
        }
        return scores;
    }

    /// <summary>The logits of every position of one sequence, float32, [tokens, vocabulary].</summary>
    /// <exception cref="DiagnosticException">TA2220 a token is outside the vocabulary; TA2221 the sequence is empty.</exception>
    public float[,] Logits(IReadOnlyList<int> ids)
    {
        var hidden = Hidden(ids);
        using var mode = inference_mode();
        return Rows(Decoder.Logits(hidden), ids.Count);
    }

    /// <summary>The hidden states after the final norm of every position of one sequence, float32, [tokens, hidden].</summary>
    /// <exception cref="DiagnosticException">TA2220 a token is outside the vocabulary; TA2221 the sequence is empty.</exception>
    public float[,] HiddenStates(IReadOnlyList<int> ids) => Rows(Hidden(ids), ids.Count);

    /// <inheritdoc/>
    public void Dispose()
    {
        torch.Dispose();
        kernels?.Dispose();
        weights.Dispose();
    }

    private float[] Hidden(IReadOnlyList<int> ids)
    {
        Validate([ids]);
        UseThreads();
        using var mode = inference_mode();
        return Decoder.Hidden([new(ids, [])], [.. Enumerable.Range(0, ids.Count).Select(token => (0, token))]);
    }

    private static float[,] Rows(ReadOnlySpan<float> values, int rows)
    {
        var result = new float[rows, values.Length / rows];
        values.CopyTo(MemoryMarshal.CreateSpan(ref result[0, 0], result.Length));
        return result;
    }

    /// <summary>OpenMP keeps the number for each calling thread, so it is set where the computing begins.</summary>
    private void UseThreads()
    {
        if (device.type == DeviceType.CPU)
            set_num_threads(threads);
    }

    /// <summary>Where a position's angles depend on the length, sequences of other lengths need a context of their own.</summary>
    private bool MayShareContext(ScoredSequence sequence) => !rotations.DependsOnLength(sequence.Context.Count + sequence.Continuation.Count - 1);

    private void Validate(IEnumerable<IReadOnlyList<int>> sequences, int tokensPerSequence = 1)
    {
        var problems = new List<Diagnostic>();
        foreach (var (sequence, part) in sequences.Select((ids, i) => (ids, i / tokensPerSequence)))
        {
            if (sequence.Count == 0)
                problems.Add(LanguageModelDiagnostics.EmptySequence(part));
            for (var i = 0; i < sequence.Count; i++)
            {
                if ((uint)sequence[i] < (uint)Configuration.VocabularySize)
                    continue;
                problems.Add(LanguageModelDiagnostics.TokenOutOfRange(part, i, sequence[i], Configuration.VocabularySize));
                break;
            }
        }
        if (problems.Count > 0)
            throw new DiagnosticException(problems);
    }
}
