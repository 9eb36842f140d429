namespace TaskArithmetic.Evaluation.Running;

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
