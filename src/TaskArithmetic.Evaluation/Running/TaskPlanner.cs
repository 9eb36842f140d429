using TaskArithmetic.Diagnostics;
using TaskArithmetic.Evaluation.Benchmarks;
using TaskArithmetic.Evaluation.Data;
using TaskArithmetic.Evaluation.Engines;
using TaskArithmetic.Evaluation.Fewshot;
using TaskArithmetic.Evaluation.Prompts;
using TaskArithmetic.Text.ChatTemplates;
using TaskArithmetic.Text.Python;

namespace TaskArithmetic.Evaluation.Running;

/// <summary>Makes a <see cref="TaskPlan"/>: loads data, chooses documents and shots, writes every prompt.</summary>
internal sealed class TaskPlanner(DatasetLoader loader, PlannedModel model, BenchmarkRunOptions options, List<Diagnostic> warnings)
{
    /// <summary>The plan of a task, or null with the problems reported.</summary>
    public async Task<TaskPlan?> PlanAsync(BenchmarkTask definition, List<Diagnostic> problems, CancellationToken cancellationToken)
    {
        var before = problems.Count;
        try
        {
            var task = ProfileRules.Apply(definition, options, model.MaxLength);
            var data = await loader.LoadAsync(task, cancellationToken).ConfigureAwait(false);
            var rows = Split(task, data, task.TestSplit ?? task.ValidationSplit!);
            var documents = DocumentChoice.Choose(task.Name, rows, options, problems);
            var generation = Generation(task, problems);
            return problems.Count > before ? null : Plan(task, data, rows, documents, generation, cancellationToken);
        }
        catch (DiagnosticException e)
        {
            problems.AddRange(e.Diagnostics);
            return null;
        }
    }

    private TaskPlan Plan(
        BenchmarkTask task, Dataset data, IReadOnlyList<PythonDictionary> rows, IReadOnlyList<EvaluationDocument> documents,
        (PythonDictionary Kwargs, GenerationOptions Options)? generation, CancellationToken cancellationToken)
    {
        var columns = rows[0].Entries.Keys.Select(k => k.ToString()).ToHashSet(StringComparer.Ordinal);
        var templates = new DocumentTemplates(task, columns, data.Variables);
        // What the first row gives decides for the whole task, as in lm-evaluation-harness.
        var plan = new TaskPlan(
            task, rows.Count, ShotCount(task), generation?.Kwargs, generation?.Options, templates,
            ChoicesAreQuestions: task.DocToChoice is not null && templates.Text(rows[0]) is PythonInteger,
            MultipleTargets: templates.Target(rows[0]) is PythonSequence { Items.Count: > 0 });
        var prompts = new PromptOptions(
            options.SystemInstruction, options.UsesChatTemplate, options.EffectiveMultiturn ?? false, options.Think ? ProfileRules.ThinkPrompt : "");
        var requests = new RequestBuilder(plan, new PromptBuilder(task, templates, prompts, plan.ChoicesAreQuestions, model.ApplyChatTemplate));
        var sampler = plan.NumFewshot > 0 ? Sampler(task, data) : null;
        var ownAnswer = sampler is null ? null : new OwnAnswer(task, templates, sampler.Pool);
        var planned = new List<PlannedDocument>(documents.Count);
        var shownOwnAnswer = new List<int>();
        foreach (var document in documents)
        {
            cancellationToken.ThrowIfCancellationRequested();
            // Literally: with neither a test split nor a few-shot split the two are equal, and the document counts as possibly in the pool.
            var exclude = task.Fewshot.Split == task.TestSplit ? document.Document : null;
            IReadOnlyList<PythonDictionary> chosen = [];
            if (sampler is not null)
            {
                var isOwnAnswer = ownAnswer!.Of(document.Document);
                // The reference shows documents their own answers; only where its scores are to be met is that done too, and said.
                chosen = options.Profile == EvaluationProfile.Parity ? sampler.Sample(plan.NumFewshot, exclude) : sampler.Sample(plan.NumFewshot, exclude, isOwnAnswer);
                if (chosen.Any(isOwnAnswer))
                    shownOwnAnswer.Add(document.DocId);
            }
            planned.Add(requests.Build(document, chosen));
        }
        if (shownOwnAnswer.Count > 0)
            warnings.Add(BenchmarkDiagnostics.ShownOwnAnswer(task.Name, shownOwnAnswer, documents.Count));
        plan = plan with { Documents = planned };
        PlanCheck.Check(plan, model, warnings, cancellationToken);
        return plan;
    }

    private int ShotCount(BenchmarkTask task) => task.NumFewshot == 0 ? 0 : options.NumFewshot ?? task.NumFewshot ?? 0;

    private FewshotSampler Sampler(BenchmarkTask task, Dataset data)
    {
        var split = task.Fewshot.Split ?? (task.Fewshot.Samples is null ? task.TrainingSplit ?? task.ValidationSplit ?? task.TestSplit : null);
        var pool = split is null ? task.Fewshot.Samples! : Split(task, data, split);
        return new FewshotSampler(task.Name, task.Fewshot, pool, options.FewshotSeed);
    }

    private (PythonDictionary, GenerationOptions)? Generation(BenchmarkTask task, List<Diagnostic> problems)
    {
        if (task.OutputType != OutputType.GenerateUntil)
            return null;
        var kwargs = GenerationArguments.Merge(task, options.GenerationOverrides);
        var read = GenerationArguments.Read(task.Name, kwargs, options.GenerationSeed, problems) with { Reasoning = ProfileRules.Reasoning(task, kwargs, options, model.ThinkEndToken) };
        if (read.MaxTokens >= model.MaxLength)
            problems.Add(BenchmarkDiagnostics.TooManyTokens(task.Name, read.MaxTokens, model.MaxLength));
        return (kwargs, read);
    }

    private static IReadOnlyList<PythonDictionary> Split(BenchmarkTask task, Dataset data, string split)
    {
        if (!data.Splits.TryGetValue(split, out var rows))
            throw new DiagnosticException(BenchmarkDiagnostics.SplitMissing(task.Source, split, data.Splits.Keys));
        return rows.Count > 0 ? rows : throw new DiagnosticException(BenchmarkDiagnostics.NoDocuments(task.Source, split));
    }
}

/// <summary>What planning asks of a model.</summary>
internal sealed record PlannedModel(
    int MaxLength, string? ThinkEndToken, Func<IReadOnlyList<ChatMessage>, bool, string> ApplyChatTemplate, Func<LoglikelihoodRequest, string?> ScoringObstacle)
{
    /// <summary>Stands for any model where prompts are only looked at.</summary>
    public static PlannedModel Any { get; } = new(int.MaxValue, null, (messages, _) => string.Concat(messages.Select(m => m.Content)), _ => null);

    public static PlannedModel Of(IEvaluationEngine engine) => new(engine.MaxLength, engine.ThinkEndToken, engine.ApplyChatTemplate, engine.ScoringObstacle);
}
