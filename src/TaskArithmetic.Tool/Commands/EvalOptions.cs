using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using TaskArithmetic.Caching;
using TaskArithmetic.Diagnostics;
using TaskArithmetic.Evaluation.Catalog;
using TaskArithmetic.Evaluation.Data;
using TaskArithmetic.Evaluation.Execution;
using TaskArithmetic.Evaluation.Gates;
using TaskArithmetic.Evaluation.Running;
using TaskArithmetic.Files;
using TaskArithmetic.Safetensors;
using TaskArithmetic.Text.Python;
using TaskArithmetic.Tool.Evaluation;
using TaskArithmetic.Tool.Terminal;

namespace TaskArithmetic.Tool.Commands;

/// <summary>The options of <c>eval</c>; those that lm-evaluation-harness has too mean what they mean there.</summary>
internal sealed class EvalOptions
{
    private readonly Argument<string?> model = new("model") { Description = "Model folder, hf:organisation/name[@revision][/folder] on the hub, or the model's name at an endpoint.", Arity = ArgumentArity.ZeroOrOne };

    private readonly Option<string[]> benchmarks = new("--benchmark")
    {
        Description = "NAME|FILE, then any of ,limit=N ,num-fewshot=N ,min-score=X ,max-regression=PP ,require-improvement=true ,metric=NAME; repeatable.",
        HelpName = "SPEC",
        Arity = ArgumentArity.OneOrMore,
    };

    private readonly Option<bool> list = new("--list") { Description = "List the benchmarks that can be named, and run nothing." };
    private readonly Option<string?> validate = new("--validate") { HelpName = "FILE", Description = "Find all that is wrong with a task file and its data, without a model." };
    private readonly Option<string?> baseline = new("--baseline") { Description = "Model to compare with on the same items." };
    private readonly Option<string[]> includePath = new("--include-path") { Description = "File or folder with further task files." };
    private readonly Option<double?> limit = CommonOptions.Number("--limit", "First N documents of each task; below 1, a share of them.");
    private readonly Option<string?> samples = new("--samples") { Description = "JSON {\"task\": [rows]}, or a file with it." };
    private readonly Option<int?> numFewshot = new("--num-fewshot") { Description = "Shots, for tasks that do not fix 0." };
    private readonly Option<string?> genKwargs = new("--gen-kwargs") { Description = "Generation options K=V,…, such as max_gen_toks=512." };
    private readonly Option<string> seed = new("--seed") { Description = "One seed, or python,numpy,torch,fewshot.", DefaultValueFactory = _ => "0,1234,1234,1234" };
    private readonly Option<bool> applyChatTemplate = new("--apply-chat-template") { Description = "Ask as a conversation." };
    private readonly Option<bool?> fewshotAsMultiturn = new("--fewshot-as-multiturn") { Description = "Shots as turns of their own (default with a chat template)." };
    private readonly Option<DateOnly?> templateDate = CommonOptions.Date("--template-date", "Date that a chat template prints (default: today; results record it).");
    private readonly Option<string?> systemInstruction = new("--system-instruction") { Description = "Text before everything else." };
    private readonly Option<string?> profile = CommonOptions.OptionalChoice("--profile", "parity: lm-evaluation-harness; chat: template, 1024 tokens, flexible extraction; paper (default: chat with a gate or baseline, else parity).", "parity", "chat", "paper");
    private readonly Option<bool> think = new("--think") { Description = "Prefix the paper's 'think step by step' prompt." };
    private readonly Option<string?> thinkEndToken = new("--think-end-token") { Description = "Text that ends reasoning, such as </think>: stop strings and filters see what follows (default: the model's own in chat and paper; '' for none)." };
    private readonly Option<string?> data = new("--data") { Description = "Folder with benchmark data, laid out as the public sets." };
    private readonly Option<bool> offline = new("--offline") { Description = "Fetch neither benchmark data nor models of the hub." };
    private readonly Option<string> engine = new("--engine") { Description = "torch, or the address of an OpenAI-compatible server.", DefaultValueFactory = _ => "torch" };
    private readonly Option<string?> tokenizer = new("--tokenizer") { Description = "Folder with the tokenizer of an endpoint's model." };
    private readonly Option<string> dtype = CommonOptions.Choice("--dtype", "What the embedded engine computes with.", "float32", "bfloat16");
    private readonly Option<string> device = new("--device") { Description = "auto, cpu, cuda or cuda:N.", DefaultValueFactory = _ => "auto" };
    private readonly Option<int> batchSize = CommonOptions.WholeNumber("--batch-size", "Prompts run at once.", 8);
    private readonly Option<int> threads = CommonOptions.Threads();
    private readonly Option<string> allowCodeExecution = CommonOptions.Choice("--allow-code-execution", "Whether programs that the model wrote may run.", "none", "sandbox", "unsafe");
    private readonly Option<string> inconclusive = CommonOptions.Choice("--gate-inconclusive", "What an inconclusive gate does.", "warn", "fail");
    private readonly Option<string?> output = new("--output") { HelpName = "DIR", Description = "Folder for results and reports." };
    private readonly Option<string?> cacheDirectory = CommonOptions.CacheDirectory();
    private readonly Option<bool> noCache = new("--no-cache") { Description = "Ask everything anew and keep no answers." };

    public void AddTo(Command command)
    {
        command.Arguments.Add(model);
        foreach (var option in new Option[]
        {
            benchmarks, output, list, validate, baseline, includePath, limit, samples, numFewshot, genKwargs, seed, applyChatTemplate, fewshotAsMultiturn, templateDate, systemInstruction,
            profile, think, thinkEndToken, data, offline, engine, tokenizer, dtype, device, batchSize, threads, allowCodeExecution, inconclusive, cacheDirectory, noCache,
            CommonOptions.Json(), CommonOptions.Origin(),
        })
        {
            command.Options.Add(option);
        }
        command.Validators.Add(RequireWhatIsRun);
    }

    /// <summary>Whether benchmarks are to be listed.</summary>
    public bool Lists(ParseResult parsed) => parsed.GetValue(list);

    /// <summary>The task file, or benchmark by name, that is to be checked; null for none.</summary>
    public string? Validates(ParseResult parsed) => parsed.GetValue(validate);

    /// <summary>Names that benchmarks may have.</summary>
    public BenchmarkCatalog Catalog(ParseResult parsed) => BenchmarkCatalog.Load(parsed.GetValue(includePath) ?? []);

    /// <summary>Data that are at hand.</summary>
    public DatasetStore LocalData(ParseResult parsed) => new(parsed.GetValue(data), Path.Combine(parsed.GetValue(cacheDirectory) ?? Caching.CacheFolder.Required, "data"), null, null);

    public EngineFactory Engines(ParseResult parsed) => new(
        parsed.GetValue(engine)!, parsed.GetValue(device)!, parsed.GetValue(dtype) == "bfloat16" ? DType.BF16 : DType.F32,
        parsed.GetValue(batchSize), parsed.GetValue(threads), parsed.GetValue(tokenizer), parsed.GetValue(cacheDirectory) ?? Caching.CacheFolder.Required, parsed.GetValue(templateDate));

    /// <summary>What is asked for; what is wrong with benchmarks is noted, so that all of it can be told together.</summary>
    public EvaluationSettings Settings(ParseResult parsed, List<Diagnostic> problems, ToolTerminal terminal, CancellationToken cancellationToken)
    {
        var models = ModelReferences.Resolve([parsed.GetValue(model), parsed.GetValue(baseline)], parsed, terminal, cancellationToken);
        List<GatedBenchmark> specs = [.. parsed.GetValue(benchmarks)!.Select(text => BenchmarkSpec.Parse(text, problems))];
        var isGate = parsed.GetValue(baseline) is not null || specs.Any(s => !s.Criteria.IsEmpty);
        return new EvaluationSettings
        {
            Model = models.PathOf(parsed.GetValue(model)!),
            Baseline = models.PathOf(parsed.GetValue(baseline)),
            Benchmarks = specs,
            IncludePaths = parsed.GetValue(includePath) ?? [],
            DataFolder = parsed.GetValue(data),
            Offline = parsed.GetValue(offline),
            AllowCodeExecution = Enum.Parse<CodeExecution>(parsed.GetValue(allowCodeExecution)!, ignoreCase: true),
            Gate = new GateOptions { Inconclusive = parsed.GetValue(inconclusive) == "fail" ? InconclusivePolicy.Fail : InconclusivePolicy.Warn },
            Output = parsed.GetValue(output)!,
            CacheDirectory = parsed.GetValue(cacheDirectory) ?? Caching.CacheFolder.Required,
            UseCache = !parsed.GetValue(noCache),
            Options = RunOptions(parsed, isGate),
        };
    }

    /// <summary>How benchmarks are run.</summary>
    public BenchmarkRunOptions RunOptions(ParseResult parsed, bool isGate)
    {
        var seeds = Seeds(parsed.GetValue(seed)!);
        return new BenchmarkRunOptions
        {
            Profile = Enum.Parse<EvaluationProfile>(parsed.GetValue(profile) ?? (isGate ? "chat" : "parity"), ignoreCase: true),
            Limit = parsed.GetValue(limit),
            Samples = Samples(parsed.GetValue(samples)),
            NumFewshot = parsed.GetValue(numFewshot),
            GenerationOverrides = parsed.GetValue(genKwargs) is { } text ? GenerationArguments.Parse(text) : new PythonDictionary(),
            GenerationSeed = seeds.Torch,
            FewshotSeed = seeds.Fewshot,
            SystemInstruction = parsed.GetValue(systemInstruction),
            ApplyChatTemplate = parsed.GetValue(applyChatTemplate),
            FewshotAsMultiturn = parsed.GetValue(fewshotAsMultiturn),
            Think = parsed.GetValue(think),
            ThinkEndToken = parsed.GetValue(thinkEndToken),
        };
    }

    /// <summary>What a run cannot do without, in the library's own words for missing options, so that all are told alike.</summary>
    private void RequireWhatIsRun(System.CommandLine.Parsing.CommandResult call)
    {
        if (call.GetValue(list) || call.GetResult(validate) is not null)
            return;
        if (call.GetResult(model) is not { Tokens.Count: > 0 })
            call.AddError("the argument <model> is missing");
        foreach (var option in new Option[] { benchmarks, output }.Where(o => call.GetResult(o) is null))
            call.AddError($"Option '{option.Name}' is required.");
    }

    private static (long Torch, long Fewshot) Seeds(string text)
    {
        var parts = text.Split(',', StringSplitOptions.TrimEntries);
        var numbers = parts.Select(p => long.TryParse(p, NumberStyles.Integer, CultureInfo.InvariantCulture, out var n) ? n : (long?)null).ToList();
        if (numbers.Any(n => n is null) || numbers.Count is not (1 or 4))
            throw new DiagnosticException(ToolDiagnostics.Usage("eval", $"--seed '{text}' is neither one number nor four", "--seed"));
        return numbers.Count == 1 ? (numbers[0]!.Value, numbers[0]!.Value) : (numbers[2]!.Value, numbers[3]!.Value);
    }

    private static IReadOnlyDictionary<string, IReadOnlyList<int>>? Samples(string? text)
    {
        if (text is null)
            return null;
        try
        {
            var rows = JsonSerializer.Deserialize<Dictionary<string, int[]>>(File.Exists(text) ? RegularFile.ReadText(text) : text);
            return rows?.ToDictionary(r => r.Key, r => (IReadOnlyList<int>)r.Value);
        }
        catch (Exception e) when (e is JsonException or IOException or UnauthorizedAccessException)
        {
            throw new DiagnosticException(ToolDiagnostics.Usage("eval", $"--samples is not JSON of the form {{\"task\": [rows]}} ({e.Message})", "--samples"), e);
        }
    }
}
