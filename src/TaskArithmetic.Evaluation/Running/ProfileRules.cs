using TaskArithmetic.Evaluation.Benchmarks;
using TaskArithmetic.Evaluation.Catalog;
using TaskArithmetic.Evaluation.Engines;
using TaskArithmetic.Text.Python;

namespace TaskArithmetic.Evaluation.Running;

/// <summary>What the profiles change in a task, and why a score then does not compare with lm-evaluation-harness.</summary>
internal static class ProfileRules
{
    /// <summary>What is put before a question to make an injected skill show (arXiv 2509.01363).</summary>
    public const string ThinkPrompt = "Think step by step. ";

    private const int ChatTokens = 1024;
    private const string FlexibleFilter = "flexible-extract";
    private const string PaperPrefix = "paper_";

    /// <summary>The names to evaluate under a profile: the paper profile has definitions of its own.</summary>
    public static IReadOnlyList<string> Names(BenchmarkCatalog catalog, EvaluationProfile profile, IReadOnlyList<string> benchmarks)
    {
        if (profile != EvaluationProfile.Paper)
            return benchmarks;
        var known = catalog.Names.ToHashSet(StringComparer.Ordinal);
        return [.. benchmarks.Select(b => known.Contains(PaperPrefix + b) ? PaperPrefix + b : b)];
    }

    /// <summary>The filter whose score counts for gates and progress: the flexible one in the chat profile where there is one, else the first.</summary>
    public static string PrimaryFilter(BenchmarkTask task, EvaluationProfile profile)
    {
        if (task.FilterList is not { Count: > 0 } filters)
            return "none";
        return profile != EvaluationProfile.Parity && filters.Any(f => f.Name == FlexibleFilter) ? FlexibleFilter : filters[0].Name;
    }

    /// <summary>A task under a profile: beyond parity, built-in tasks lose stop strings that belong to plain-text prompts, and an answer without a limit of its own may have 1024 tokens.</summary>
    /// <param name="task">The task as defined.</param>
    /// <param name="options">The run.</param>
    /// <param name="maxLength">The model's context length.</param>
    internal static BenchmarkTask Apply(BenchmarkTask task, BenchmarkRunOptions options, int maxLength)
    {
        if (options.Profile == EvaluationProfile.Parity || task.OutputType != OutputType.GenerateUntil)
            return task;
        var kwargs = GenerationArguments.Merge(task, new PythonDictionary());
        var entries = kwargs.Entries.Select(e => KeyValuePair.Create(e.Key, task.IsBuiltIn && e.Key.ToString() == "until" ? MarkersOnly(e.Value) : e.Value));
        if (!GenerationArguments.NamesLimit(kwargs))
            entries = entries.Append(KeyValuePair.Create<PythonValue, PythonValue>("max_gen_toks", Math.Min(ChatTokens, Math.Max(1, maxLength / 2))));
        return task with { GenerationKwargs = new PythonDictionary(entries) };
    }

    /// <summary>
    /// What ends reasoning: the run's own word, else the task's, else, beyond parity, what the model's vocabulary has. An empty text turns it off.
    /// </summary>
    internal static ReasoningMarker? Reasoning(BenchmarkTask task, PythonDictionary kwargs, BenchmarkRunOptions options, string? ofModel)
    {
        if ((options.ThinkEndToken ?? (kwargs.Find("think_end_token") as PythonString)?.Value ?? task.ThinkEndToken) is { } given)
            return given.Length == 0 ? null : ReasoningMarker.Of(given, isGiven: true);
        return options.Profile == EvaluationProfile.Parity ? null : ReasoningMarker.Of(ofModel ?? ReasoningMarker.Usual, isGiven: false);
    }

    /// <summary>Why scores of a run do not compare with lm-evaluation-harness; empty if they do.</summary>
    internal static IReadOnlyList<string> Departures(BenchmarkRunOptions options)
    {
        var reasons = new List<string>();
        if (options.Profile == EvaluationProfile.Chat)
            reasons.Add("the chat profile applies the chat template, allows 1024 tokens, drops plain-text stop strings of built-in tasks and counts the flexible extraction");
        if (options.Profile == EvaluationProfile.Paper)
            reasons.Add("the paper profile has prompts and extraction of its own (the paper publishes neither)");
        if (options.Profile == EvaluationProfile.Parity && options.ThinkEndToken is { Length: > 0 } marker)
            reasons.Add($"stop strings count only after '{marker}', and reasoning that never ends leaves no answer");
        if (options.Think)
            reasons.Add($"each question starts with '{ThinkPrompt.TrimEnd()}'");
        return reasons;
    }

    /// <summary>Stop strings such as <c>Question:</c> or <c>Q</c> guard against a base model that writes the next question; in a conversation they cut answers.</summary>
    private static PythonList MarkersOnly(PythonValue until)
    {
        IEnumerable<PythonValue> all = until is PythonList list ? list.Items : [until];
        return new PythonList(all.Where(s => s.ToString() is ['<', .., '>'] || s.ToString().StartsWith('\n') && s.ToString().Trim().Length > 0));
    }
}
