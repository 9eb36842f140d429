using TaskArithmetic.Checkpoints;
using TaskArithmetic.Diagnostics;
using TaskArithmetic.Evaluation.Embedded;
using TaskArithmetic.Evaluation.Endpoint;
using TaskArithmetic.Evaluation.Engines;
using TaskArithmetic.Evaluation.Results;
using TaskArithmetic.Safetensors;
using TaskArithmetic.Text.ChatTemplates;
using TaskArithmetic.Text.Python;
using TaskArithmetic.Text.Tokenizers;
using TaskArithmetic.Text.Tokenizers.Native;
using TaskArithmetic.Tool.Terminal;
using TaskArithmetic.Torch.Libtorch;

namespace TaskArithmetic.Tool.Evaluation;

/// <summary>Makes the engine that answers for a model: the embedded one, or an endpoint.</summary>
/// <param name="Engine"><c>torch</c>, or the address of an OpenAI-compatible server.</param>
/// <param name="Device">Where the embedded engine computes.</param>
/// <param name="DType">What it computes with.</param>
/// <param name="BatchSize">Prompts it runs at once; requests under way at an endpoint.</param>
/// <param name="Threads">Threads of the embedded engine.</param>
/// <param name="Tokenizer">Folder with the tokenizer of an endpoint's model, or null.</param>
/// <param name="CacheDirectory">The cache folder.</param>
/// <param name="TemplateDate">The date that chat templates print; null is today.</param>
internal sealed record EngineFactory(
    string Engine, string Device, DType DType, int BatchSize, int Threads, string? Tokenizer, string CacheDirectory, DateOnly? TemplateDate = null)
{
    // One time for a model and its baseline, also around midnight.
    private readonly DateTime now = TemplateDate?.ToDateTime(TimeOnly.MinValue) ?? DateTime.Now;

    /// <summary>Whether models answer over the network.</summary>
    public bool IsEndpoint => Uri.TryCreate(Engine, UriKind.Absolute, out var address) && address.Scheme is "http" or "https";

    /// <summary>Loads or connects.</summary>
    public async Task<(IEvaluationEngine Engine, ModelFacts Facts)> CreateAsync(string model, ToolTerminal terminal, CancellationToken cancellationToken)
    {
        if (IsEndpoint)
            return await ConnectAsync(model, terminal, cancellationToken);
        if (Engine != "torch")
            throw new DiagnosticException(ToolDiagnostics.UnknownEngine(Engine));
        var options = new TorchEngineOptions
        {
            Libtorch = new LibtorchOptions { Device = ComputeDevice.Parse(Device), Threads = Threads },
            DType = DType,
            BatchSize = BatchSize,
            CacheDirectory = CacheDirectory,
            TemplateTime = now,
        };
        var engine = await TorchEngine.LoadAsync(model, options, new LogProgress(terminal), cancellationToken);
        return (engine, FactsOf(model, engine));
    }

    private ModelFacts FactsOf(string model, TorchEngine engine)
    {
        using var checkpoint = Checkpoint.Open(model);
        return new ModelFacts(model)
        {
            Arguments = new PythonDictionary([KeyValuePair.Create<string, PythonValue>("pretrained", model), KeyValuePair.Create<string, PythonValue>("dtype", DType.TorchName())]),
            Parameters = checkpoint.Tensors.Values.Sum(t => t.Info.ElementCount),
            DType = DType.TorchName(),
            Device = Device,
            BatchSize = BatchSize.ToString(System.Globalization.CultureInfo.InvariantCulture),
            WeightsSha256 = engine.Identity,
            Tokenizer = engine.TokenizerConfiguration,
            ChatTemplate = engine.TokenizerConfiguration.ChatTemplate,
            TemplateDate = DateIn(engine.TokenizerConfiguration.ChatTemplate),
        };
    }

    private async Task<(IEvaluationEngine, ModelFacts)> ConnectAsync(string model, ToolTerminal terminal, CancellationToken cancellationToken)
    {
        // A folder given as the model serves its tokenizer and chat template; the server then has one model only.
        var folder = Tokenizer ?? (Directory.Exists(model) ? model : null);
        if (folder is not null)
            await TokenizerLibrary.LoadAsync(new LogProgress(terminal), cancellationToken);
        var tokenizer = folder is null ? null : HuggingFaceTokenizer.Load(folder);
        var template = new Lazy<ChatTemplate>(() => ChatTemplate.Load(folder!, now));
        var engine = await OpenAICompatibleEngine.ConnectAsync(
            new EndpointOptions(new Uri(Engine))
            {
                Model = Directory.Exists(model) ? null : model,
                Concurrency = BatchSize,
                Tokenizer = tokenizer is null ? null : tokenizer.Encode,
                EndOfSequenceText = tokenizer?.Configuration.EosToken?.Text,
                BeginOfSequenceText = tokenizer?.Configuration.BosToken?.Text,
                ChatTemplate = folder is null ? null : (messages, open) => template.Value.RenderConversation(messages, open),
                Warn = finding => terminal.Report([finding]),
            },
            cancellationToken);
        return (engine, new ModelFacts(model)
        {
            Tokenizer = tokenizer?.Configuration,
            ChatTemplate = tokenizer?.Configuration.ChatTemplate,
            TemplateDate = DateIn(tokenizer?.Configuration.ChatTemplate),
            Arguments = new PythonDictionary([KeyValuePair.Create<string, PythonValue>("base_url", Engine)]),
        });
    }

    private DateOnly? DateIn(string? template) => ChatTemplate.PrintsDate(template) ? DateOnly.FromDateTime(now) : null;

    private sealed class LogProgress(ToolTerminal terminal) : IProgress<string>
    {
        public void Report(string value) => terminal.Log(value);
    }
}
