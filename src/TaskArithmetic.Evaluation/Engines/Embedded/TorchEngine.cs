using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using TaskArithmetic.Caching;
using TaskArithmetic.Checkpoints;
using TaskArithmetic.Diagnostics;
using TaskArithmetic.Evaluation.ChatTemplates;
using TaskArithmetic.Evaluation.Tokenizers;
using TaskArithmetic.Safetensors;
using TaskArithmetic.Torch.LanguageModels;
using TaskArithmetic.Torch.Libtorch;

namespace TaskArithmetic.Evaluation.Engines.Embedded;

/// <summary>
/// The embedded engine: a model folder on libtorch. Truncation, stop strings and the cutting of contexts and continuations follow
/// lm-evaluation-harness 0.4.13's Hugging Face model.
/// </summary>
public sealed class TorchEngine : IEvaluationEngine
{
    private readonly string modelFolder;
    private readonly ModelConfiguration configuration;
    private readonly LibtorchRuntime libtorch;
    private readonly HuggingFaceTokenizer tokenizer;
    private readonly PairEncoding encoding;
    private readonly TorchEngineOptions options;
    private readonly Lazy<ChatTemplate> chatTemplate;
    private CausalLanguageModel? model;

    private TorchEngine(
        string modelFolder, ModelConfiguration configuration, LibtorchRuntime libtorch, HuggingFaceTokenizer tokenizer, TorchEngineOptions options, string identity)
    {
        this.modelFolder = modelFolder;
        this.configuration = configuration;
        this.libtorch = libtorch;
        this.tokenizer = tokenizer;
        this.options = options;
        Identity = identity;
        encoding = new PairEncoding(tokenizer, configuration.BeginOfSequenceId, configuration.EndOfSequenceIds);
        chatTemplate = new Lazy<ChatTemplate>(() => ChatTemplate.Load(modelFolder));
    }

    /// <inheritdoc/>
    public string Name => "torch";

    /// <inheritdoc/>
    public string Identity { get; }

    /// <inheritdoc/>
    public int MaxLength => configuration.MaxPositionEmbeddings;

    /// <inheritdoc/>
    public string? EndOfSequenceText => tokenizer.Configuration.EosToken?.Text;

    /// <summary>Whether weights have been read.</summary>
    internal bool IsLoaded => model is not null;

    /// <summary>
    /// Opens a model folder: configuration, tokenizer and libtorch now, weights and chat template when they are first needed. A run whose
    /// answers are all known never reads weights.
    /// </summary>
    /// <exception cref="DiagnosticException">TA01xx no libtorch; TA20xx its files cannot be opened; TA22xx the model is not one we run; TA23xx its tokenizer is not.</exception>
    public static async Task<TorchEngine> LoadAsync(
        string modelFolder, TorchEngineOptions options, IProgress<string>? progress = null, CancellationToken cancellationToken = default)
    {
        // What headers and configuration tell is told before a libtorch is fetched.
        var configuration = CausalLanguageModel.ReadConfiguration(modelFolder);
        var tokenizer = HuggingFaceTokenizer.Load(modelFolder);
        var libtorch = await LibtorchRuntime.LoadAsync(options.Libtorch, progress, cancellationToken);
        return new TorchEngine(modelFolder, configuration, libtorch, tokenizer, options, IdentityOf(modelFolder, tokenizer, libtorch, options, cancellationToken));
    }

    /// <inheritdoc/>
    public string ApplyChatTemplate(IReadOnlyList<ChatMessage> messages, bool continueFinalMessage) =>
        chatTemplate.Value.RenderConversation(messages, continueFinalMessage);

    /// <inheritdoc/>
    public Task<IReadOnlyList<Generation>> GenerateAsync(
        IReadOnlyList<GenerationRequest> requests, Action<int, Generation>? completed, CancellationToken cancellationToken)
    {
        CheckLengths(requests);
        return Task.Run<IReadOnlyList<Generation>>(() =>
        {
            var answers = new Generation[requests.Count];
            // Requests of one kind run together; the kinds of a run are few (one for each task).
            foreach (var kind in requests.Select((request, index) => (request, index)).GroupBy(r => KeyOf(r.request.Options)))
            {
                Generate(kind.First().request.Options, [.. kind], (index, answer) =>
                {
                    answers[index] = answer;
                    completed?.Invoke(index, answer);
                }, cancellationToken);
            }
            return answers;
        }, cancellationToken);
    }

    /// <inheritdoc/>
    public Task<IReadOnlyList<Loglikelihood>> ScoreAsync(
        IReadOnlyList<LoglikelihoodRequest> requests, Action<int, Loglikelihood>? completed, CancellationToken cancellationToken) =>
        Task.Run<IReadOnlyList<Loglikelihood>>(() =>
        {
            var pairs = requests.Select(r => encoding.Encode(r.Context, r.Continuation)).ToList();
            var shown = pairs.ConvertAll(Truncate);
            var results = new Loglikelihood[requests.Count];
            Model(cancellationToken).Score(
                shown,
                completed: (index, score) =>
                {
                    results[index] = new Loglikelihood(score.Sum, score.IsGreedy, pairs[index].Context.Count, pairs[index].Continuation, pairs[index].Context.Count - shown[index].Context.Count);
                    completed?.Invoke(index, results[index]);
                },
                cancellationToken: cancellationToken);
            return results;
        }, cancellationToken);

    /// <inheritdoc/>
    public Task<IReadOnlyList<Loglikelihood>> ScoreRollingAsync(
        IReadOnlyList<string> texts, Action<int, Loglikelihood>? completed, CancellationToken cancellationToken) =>
        Task.Run<IReadOnlyList<Loglikelihood>>(() =>
        {
            var results = new Loglikelihood[texts.Count];
            for (var i = 0; i < texts.Count; i++)
            {
                var windows = encoding.RollingWindows(texts[i], MaxLength);
                var scores = Model(cancellationToken).Score(windows, cancellationToken: cancellationToken);
                results[i] = new Loglikelihood(
                    scores.Sum(s => s.Sum), scores.All(s => s.IsGreedy), windows.Count == 0 ? 0 : windows[0].Context.Count, [.. windows.SelectMany(w => w.Continuation)], 0);
                completed?.Invoke(i, results[i]);
            }
            return results;
        }, cancellationToken);

    /// <inheritdoc/>
    public ValueTask DisposeAsync()
    {
        model?.Dispose();
        return ValueTask.CompletedTask;
    }

    private void Generate(
        GenerationOptions how, IReadOnlyList<(GenerationRequest Request, int Index)> requests, Action<int, Generation> completed, CancellationToken cancellationToken)
    {
        var prompts = requests.Select(r => encoding.EncodePrompt(r.Request.Prompt)).ToList();
        var stops = new StopStrings(tokenizer, [.. how.Until, .. EndOfSequenceText is { } eos ? new[] { eos } : []]);
        var room = MaxLength - how.MaxTokens;
        var shown = prompts.ConvertAll(ids => ids.Length > room ? ids[^room..] : ids);
        Model(cancellationToken).Generate(
            [.. shown.Select((ids, i) => new GenerationPrompt(ids, requests[i].Index))],
            new GenerationSettings
            {
                MaxNewTokens = how.MaxTokens,
                Temperature = how.Temperature,
                TopP = how.TopP,
                RepetitionPenalty = how.RepetitionPenalty,
                Seed = how.Seed,
                BatchSize = options.BatchSize,
            },
            (_, ids) => stops.Reached(ids),
            (i, answer) => completed(requests[i].Index, new Generation(
                stops.Cut(tokenizer.Decode(answer.Ids, skipSpecialTokens: true)),
                answer.Ending == GenerationEnding.Length ? FinishReason.Length : FinishReason.Stop,
                prompts[i].Length,
                answer.Ids.Count,
                answer.Ids,
                shown[i].Length)),
            cancellationToken);
    }

    private CausalLanguageModel Model(CancellationToken cancellationToken) =>
        model ??= CausalLanguageModel.Load(modelFolder, libtorch, options.DType, cancellationToken);

    /// <summary>lm-evaluation-harness refuses, rather than clips, an answer longer than the model: so do we, for all requests at once.</summary>
    private void CheckLengths(IReadOnlyList<GenerationRequest> requests)
    {
        var tooLong = requests.Select(r => r.Options.MaxTokens).Where(m => m >= MaxLength).Distinct().ToList();
        if (tooLong.Count > 0)
            throw new DiagnosticException([.. tooLong.Select(m => EngineDiagnostics.AnswerLongerThanModel(m, MaxLength))]);
    }

    /// <summary>Keeps the last tokens that the model can see; the very last of a continuation is only predicted.</summary>
    private ScoredSequence Truncate((IReadOnlyList<int> Context, IReadOnlyList<int> Continuation) pair)
    {
        var room = MaxLength + 1 - pair.Continuation.Count;
        if (pair.Context.Count <= room)
            return new ScoredSequence(pair.Context, pair.Continuation);
        return room >= 1
            ? new ScoredSequence([.. pair.Context.Skip(pair.Context.Count - room)], pair.Continuation)
            : throw new DiagnosticException(EngineDiagnostics.ContinuationLongerThanModel(pair.Continuation.Count, MaxLength));
    }

    private static string KeyOf(GenerationOptions options) => string.Create(
        CultureInfo.InvariantCulture,
        $"{options.MaxTokens} {options.Temperature:R} {options.TopP:R} {options.RepetitionPenalty:R} {options.Seed} {string.Join('\0', options.Until)}");

    private static string IdentityOf(
        string modelFolder, HuggingFaceTokenizer tokenizer, LibtorchRuntime libtorch, TorchEngineOptions options, CancellationToken cancellationToken)
    {
        using var checkpoint = Checkpoint.Open(modelFolder);
        List<string> files = [.. checkpoint.Shards.Select(s => s.Path), Path.Combine(modelFolder, "config.json")];
        var generation = Path.Combine(modelFolder, "generation_config.json");
        if (File.Exists(generation))
            files.Add(generation);
        var digests = new FileDigests(options.CacheDirectory).OfAll(files, Environment.ProcessorCount, cancellationToken);
        // bfloat16 answers depend on the rows they are batched with; float32 answers do not.
        var batch = options.DType == DType.F32 ? 0 : options.BatchSize;
        var text = $"torch/1 {libtorch.Report.Version} {libtorch.Report.Device} {options.DType.Name()} {batch} {tokenizer.Identity} {string.Join(' ', digests)}";
        return Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)));
    }
}
