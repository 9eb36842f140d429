using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using TaskArithmetic.Caching;
using TaskArithmetic.Checkpoints;
using TaskArithmetic.Diagnostics;
using TaskArithmetic.Evaluation.Engines;
using TaskArithmetic.LanguageModels;
using TaskArithmetic.Safetensors;
using TaskArithmetic.Text.ChatTemplates;
using TaskArithmetic.Text.Tokenizers;
using TaskArithmetic.Text.Tokenizers.Native;
using TaskArithmetic.Torch.Libtorch;

namespace TaskArithmetic.Evaluation.Embedded;

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
        encoding = new PairEncoding(
            (text, addSpecialTokens, _) => ValueTask.FromResult<IReadOnlyList<int>>(tokenizer.Encode(text, addSpecialTokens)), tokenizer.Configuration.BosToken?.Text, _ => new(PrefixToken()));
        chatTemplate = new Lazy<ChatTemplate>(() => ChatTemplate.Load(modelFolder, options.TemplateTime));
    }

    /// <inheritdoc/>
    public string Name => "torch";

    /// <inheritdoc/>
    public string Identity { get; }

    /// <inheritdoc/>
    public int MaxLength => configuration.MaxPositionEmbeddings;

    /// <inheritdoc/>
    public string? EndOfSequenceText => tokenizer.Configuration.EosToken?.Text;

    /// <inheritdoc/>
    public string? ThinkEndToken => ReasoningMarker.Known.FirstOrDefault(marker => tokenizer.TokenToId(marker) is not null)
        ?? ReasoningMarker.Known.FirstOrDefault(marker => tokenizer.Configuration.ChatTemplates.Values.Any(t => t.Contains(marker, StringComparison.Ordinal)));

    /// <summary>What the tokenizer's files say about special tokens and chat templates.</summary>
    public TokenizerConfiguration TokenizerConfiguration => tokenizer.Configuration;

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
        // What headers and configuration tell is told before native libraries are fetched.
        var configuration = CausalLanguageModel.ReadConfiguration(modelFolder);
        await TokenizerLibrary.LoadAsync(progress, cancellationToken);
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
            var pairs = requests.Select(Encode).ToList();
            var shown = pairs.ConvertAll(Truncate);
            var results = new Loglikelihood[requests.Count];
            Model(cancellationToken).Score(
                shown,
                completed: (index, score) =>
                {
                    results[index] = new Loglikelihood(
                        score.Sum, score.IsGreedy, pairs[index].Context.Count, pairs[index].Continuation, pairs[index].Context.Count - shown[index].Context.Count,
                        pairs[index].EncodedAlone ? true : null);
                    completed?.Invoke(index, results[index]);
                },
                cancellationToken: cancellationToken);
            return results;
        }, cancellationToken);

    /// <inheritdoc/>
    public string? ScoringObstacle(LoglikelihoodRequest request)
    {
        try
        {
            var pair = Encode(request);
            return pair.Continuation.Count == 0 ? "it has no token, so there is nothing to score"
                : pair.Continuation.Count > MaxLength ? $"it has {pair.Continuation.Count} tokens and the model sees {MaxLength}"
                : null;
        }
        catch (DiagnosticException e)
        {
            return e.Diagnostics[0].Message;
        }
    }

    /// <inheritdoc/>
    public Task<IReadOnlyList<Loglikelihood>> ScoreRollingAsync(
        IReadOnlyList<string> texts, Action<int, Loglikelihood>? completed, CancellationToken cancellationToken) =>
        Task.Run<IReadOnlyList<Loglikelihood>>(() =>
        {
            var results = new Loglikelihood[texts.Count];
            for (var i = 0; i < texts.Count; i++)
            {
                var windows = encoding.WindowsAsync(texts[i], MaxLength, cancellationToken).GetAwaiter().GetResult().Select(w => new ScoredSequence(w.Context, w.Continuation)).ToList();
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
        var prompts = requests.Select(r => tokenizer.Encode(r.Request.Prompt, encoding.AddsSpecialTokens(r.Request.Prompt))).ToList();
        string[] end = EndOfSequenceText is { } eos ? [eos] : [];
        var stops = new StopStrings(tokenizer, [.. how.Until, .. end]);
        var ends = new StopStrings(tokenizer, end);
        var opens = requests.Select(r => how.Reasoning?.IsOpenAfter(r.Request.Prompt) ?? false).ToList();
        var watches = how.Reasoning is { } marker ? opens.ConvertAll(open => new ReasoningWatch(tokenizer, marker, open)) : null;
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
            (i, ids) => watches is null ? stops.Reached(ids, 0) : watches[i].AnswerStart(ids) is { } from ? stops.Reached(ids, from) : ends.Reached(ids, 0),
            (i, answer) =>
            {
                var isTruncated = answer.Ending == GenerationEnding.Length;
                var text = how.Reasoning is { } reasoning
                    ? reasoning.Split(TextOf(answer.Ids, reasoning), opens[i], isTruncated)
                    : new ReasonedText(tokenizer.Decode(answer.Ids, skipSpecialTokens: true), null, null);
                completed(requests[i].Index, new Generation(
                    stops.Cut(text.Answer), isTruncated ? FinishReason.Length : FinishReason.Stop, prompts[i].Length, answer.Ids.Count, answer.Ids, shown[i].Length,
                    text.Reasoning, text.Ended));
            },
            cancellationToken);
    }

    /// <summary>The text of an answer without special tokens, save those that begin or end reasoning.</summary>
    private string TextOf(IReadOnlyList<int> ids, ReasoningMarker marker)
    {
        int[] markers = [.. new[] { marker.Start, marker.End }.OfType<string>().Select(tokenizer.TokenToId).OfType<int>().Where(tokenizer.IsSpecial)];
        var text = new StringBuilder();
        for (var at = 0; at < ids.Count;)
        {
            int[] piece = [.. ids.Skip(at).TakeWhile(id => !markers.Contains(id))];
            text.Append(tokenizer.Decode(piece, skipSpecialTokens: true));
            at += piece.Length;
            if (at < ids.Count)
                text.Append(tokenizer.IdToToken(ids[at++]));
        }
        return text.ToString();
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

    // The tokenizer is of this process: what it is asked is answered when the call returns.
    private EncodedPair Encode(LoglikelihoodRequest request) => encoding.PairAsync(request.Context, request.Continuation, CancellationToken.None).GetAwaiter().GetResult();

    /// <summary>The token in front of a text that has no context: the tokenizer's BOS, else its EOS, else what the model's configuration names.</summary>
    private int PrefixToken() =>
        tokenizer.Configuration.BosToken?.Id ?? tokenizer.Configuration.EosToken?.Id ?? configuration.BeginOfSequenceId ?? configuration.EndOfSequenceIds.Select(id => (int?)id).FirstOrDefault()
        ?? throw new DiagnosticException(EngineDiagnostics.NoPrefixToken());

    /// <summary>Keeps the last tokens that the model can see; the very last of a continuation is only predicted.</summary>
    private ScoredSequence Truncate(EncodedPair pair)
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
        $"{options.MaxTokens} {options.Temperature:R} {options.TopP:R} {options.RepetitionPenalty:R} {options.Seed} {options.Reasoning} {string.Join('\0', options.Until)}");

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
