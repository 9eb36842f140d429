using TaskArithmetic.Checkpoints;
using TaskArithmetic.Diagnostics;
using TaskArithmetic.Safetensors;

namespace TaskArithmetic.Planning;

/// <summary>
/// What people should know of the model that comes out, beyond its weights: whether it stops where the skill does, has a head, keeps its files
/// and says its dtype. None of it matters to a vector that is only extracted.
/// </summary>
internal static class TargetFindings
{
    /// <summary>Families whose head is untied where config.json does not say, as transformers has it; elsewhere nothing is said of the unsaid.</summary>
    private static readonly string[] UntiedByDefault =
    [
        "llama", "mistral", "mixtral", "qwen2", "qwen2_moe", "qwen3", "qwen3_moe", "phi", "phi3", "phimoe", "olmo", "olmo2", "olmoe", "deepseek_v2", "deepseek_v3",
        "gpt_neox", "gptj", "internlm2", "stablelm", "granite", "smollm",
    ];

    private static readonly string[] HeadNames = [TiedHead.HeadName, "output.weight", "embed_out.weight", "head.weight", "model.lm_head.weight", "language_model.lm_head.weight"];

    /// <param name="sources">The recipe with its checkpoints open.</param>
    /// <param name="plan">Its plan; null where preflight refused it.</param>
    public static IReadOnlyList<Diagnostic> Of(MergeSources sources, MergePlan? plan)
    {
        var findings = new List<Diagnostic>();
        if (!sources.Target.IsFolder)
            return findings;
        try
        {
            findings.AddRange(CompareFormats(sources));
        }
        catch (DiagnosticException e)
        {
            findings.AddRange(e.Diagnostics);
        }
        if (LacksHead(sources.Target))
            findings.Add(PlanDiagnostics.HeadNowhere(sources.Target.Path, TiedHead.HeadName));
        var unusable = CarriedFiles.Problems(sources.Target.Path).Concat(CardLicense.Problems(sources.Target.Path)).ToList();
        findings.AddRange(unusable);
        if (unusable.Count == 0 && CarriedFiles.LeftBehind(sources.Target.Path) is { Count: > 0 } left)
            findings.Add(PlanDiagnostics.FilesLeftBehind(sources.Target.Path, left));
        if (plan is not null && OutputDTypes.Change(plan) is { } change && sources.Target.Config is { } config
            && ConfigDTypes.Replace(config.Bytes, change.Old, change.New).Left is { Count: > 0 } fields)
            findings.Add(PlanDiagnostics.DTypesLeft(config.Path, fields, change.New.TorchName()));
        // Beside the errors of a refusal, remarks on what the model would have been are noise.
        return plan is null ? [.. findings.Where(f => f.Severity == DiagnosticSeverity.Error)] : findings;
    }

    private static IEnumerable<Diagnostic> CompareFormats(MergeSources sources)
    {
        var tokenizer = sources.Target.Tokenizer;
        var target = AnswerFormat.Of(sources.Target);
        foreach (var term in sources.Inputs)
        {
            var donors = (sources.CombinesModels || term.Minus is not null ? term.Checkpoints : [])
                .Select(donor => (donor.Path, Format: AnswerFormat.Of(donor, tokenizer)))
                .ToList();
            if (donors.Count == 0 && VectorMetadata.Of(term.From)?.AnswerFormat is { } remembered)
                donors.Add((term.From.Path, remembered));
            var ends = donors.SelectMany(d => d.Format.EndTokens).Distinct().Except(target.EndTokens).ToList();
            if (target.EndTokens.Count > 0 && ends.Count > 0)
                yield return PlanDiagnostics.EndsOtherwise(Those(d => d.EndTokens.Any(ends.Contains)), ends, target.EndTokens, tokenizer is not null && !ends.Any(tokenizer.Vocabulary.ContainsKey));
            if (Those(Chats) is { Count: > 0 } chatting)
                yield return PlanDiagnostics.ChatsOtherwise(chatting, target.ChatTemplateDigest is not null);

            List<string> Those(Func<AnswerFormat, bool> differs) => [.. donors.Where(d => differs(d.Format)).Select(d => d.Path)];
        }

        bool Chats(AnswerFormat donor) => donor.ChatTemplateDigest is { } digest && digest != target.ChatTemplateDigest;
    }

    private static bool LacksHead(Checkpoint target) =>
        target.Config is { } config
        && !HeadNames.Any(target.Tensors.ContainsKey)
        && TiedHead.EmbeddingName(target) is not null
        && config.IsCausal
        && (config.SaysTied ?? !UntiedByDefault.Contains(config.ModelType)) == false;
}
