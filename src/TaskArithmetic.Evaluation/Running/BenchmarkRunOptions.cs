using TaskArithmetic.Text.Python;

namespace TaskArithmetic.Evaluation.Running;

/// <summary>How a run departs from what the tasks say; defaults are lm-evaluation-harness's.</summary>
/// <param name="Profile">The rules in force.</param>
/// <param name="Limit">From 1: only so many documents of each task, the first ones. Below 1: that fraction, rounded up. Null: all.</param>
/// <param name="Samples">Rows to evaluate, by task (<c>--samples</c>); excludes <paramref name="Limit"/>. Tasks not named run whole.</param>
/// <param name="NumFewshot">Number of shots instead of the tasks' own; a 0 in a task file stays.</param>
/// <param name="FewshotSeed">Seed of the choice of shots.</param>
/// <param name="GenerationSeed">Seed of sampled generation.</param>
/// <param name="SystemInstruction">Text before each prompt, as system turn where a chat template is applied.</param>
/// <param name="ApplyChatTemplate">Whether prompts are conversations rendered by the model's chat template. Always so in the profiles Chat and Paper.</param>
/// <param name="FewshotAsMultiturn">Whether shots are turns of their own; null is yes with a chat template.</param>
/// <param name="Think">Whether each question starts with <see cref="ProfileRules.ThinkPrompt"/>.</param>
/// <param name="BootstrapIterations">Draws of a bootstrap; 0 gives no standard errors at all.</param>
public sealed record BenchmarkRunOptions(
    EvaluationProfile Profile = EvaluationProfile.Parity, double? Limit = null, IReadOnlyDictionary<string, IReadOnlyList<int>>? Samples = null,
    int? NumFewshot = null, long FewshotSeed = 1234, long GenerationSeed = 1234, string? SystemInstruction = null, bool ApplyChatTemplate = false,
    bool? FewshotAsMultiturn = null, bool Think = false, int BootstrapIterations = 100_000)
{
    /// <summary>Laid over every task's <c>generation_kwargs</c>.</summary>
    public PythonDictionary GenerationOverrides { get; init; } = new();

    /// <summary>
    /// The text that ends a model's reasoning (<c>think_end_token</c>), such as <c>&lt;/think&gt;</c>: stop strings, filters and metrics see what
    /// follows it. Null takes the task's, else in the profiles Chat and Paper the model's own; empty turns it off.
    /// </summary>
    public string? ThinkEndToken { get; init; }

    /// <summary>Whether a chat template is applied, the profile considered.</summary>
    public bool UsesChatTemplate => ApplyChatTemplate || Profile is EvaluationProfile.Chat or EvaluationProfile.Paper;

    /// <summary>Whether shots are turns, null without a chat template: what lm-evaluation-harness records.</summary>
    public bool? EffectiveMultiturn => UsesChatTemplate ? FewshotAsMultiturn ?? true : null;
}

/// <summary>Which rules decide prompts, lengths and the answer that counts. Scores of different profiles do not compare.</summary>
public enum EvaluationProfile
{
    /// <summary>lm-evaluation-harness 0.4.13, its quirks included.</summary>
    Parity,

    /// <summary>The chat template applied, 1024 tokens where the task names no limit, flexible extraction first: the default of gates.</summary>
    Chat,

    /// <summary>The paper's setting (arXiv 2509.01363): its benchmarks zero-shot as conversations, with or without its Think prompt.</summary>
    Paper,
}
