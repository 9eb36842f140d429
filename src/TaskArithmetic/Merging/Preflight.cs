using TaskArithmetic.Checkpoints;
using TaskArithmetic.Diagnostics;
using TaskArithmetic.Recipes;

namespace TaskArithmetic.Merging;

/// <summary>
/// Everything that can be known from headers and configuration before a byte is written. All problems are collected;
/// a plan comes out only when none of them is an error.
/// </summary>
internal static class Preflight
{
    /// <summary>Checks a recipe and plans it.</summary>
    /// <param name="sources">The recipe with its checkpoints open.</param>
    /// <returns>The plan (null if any finding is an error) and all findings.</returns>
    public static (MergePlan? Plan, IReadOnlyList<Diagnostic> Findings) Run(MergeSources sources)
    {
        var findings = new List<Diagnostic>();
        findings.AddRange(sources.Checkpoints.Distinct().SelectMany(c => c.Warnings));
        findings.AddRange(sources.Findings);
        findings.AddRange(sources.Checkpoints.Distinct().SelectMany(CheckWeights));
        findings.AddRange(CheckRecipe(sources.Recipe));
        findings.AddRange(CheckTarget(sources.Target));
        foreach (var term in sources.Terms)
        {
            findings.AddRange(CheckKind(sources.Recipe.Method, term));
            findings.AddRange(CheckModels(sources, term));
        }
        var matching = new TensorMatching(sources);
        var tensors = matching.Match();
        findings.AddRange(matching.Findings);
        var distinct = findings.Distinct().ToList();
        return distinct.Any(f => f.Severity == DiagnosticSeverity.Error)
            ? (null, distinct)
            : (MergePlan.Create(tensors, sources.Recipe.MaxShardSize, matching.Remarks), distinct);
    }

    /// <summary>What is wrong whatever the models are.</summary>
    public static IEnumerable<Diagnostic> CheckRecipe(Recipe recipe)
    {
        if (recipe.Terms.Count == 0)
            yield return RecipeDiagnostics.NoTerms();
        if (!double.IsFinite(recipe.Lambda))
            yield return RecipeDiagnostics.NotFinite("lambda", recipe.Lambda);
        if (recipe.Method == MergeMethod.Linear && recipe.Lambda != 1)
            yield return RecipeDiagnostics.LambdaWithoutMeaning();
        if (recipe.Method == MergeMethod.Linear)
        {
            foreach (var term in recipe.Terms.Where(t => t.Minus is not null))
                yield return RecipeDiagnostics.MinusWithLinear(term.Path);
        }
    }

    /// <summary>Weights that stand for others: packed integers with scales, factors of a low-rank update.</summary>
    private static IEnumerable<Diagnostic> CheckWeights(Checkpoint checkpoint)
    {
        if (Quantization.Of(checkpoint) is { } quantization)
            yield return MergeDiagnostics.Quantised(checkpoint.Path, quantization);
        if (Adapter.FactorIn(checkpoint.Tensors.Keys) is { } factor)
            yield return CheckpointDiagnostics.IsAdapter(checkpoint.Path, $"it holds '{factor}'");
    }

    private static IEnumerable<Diagnostic> CheckTarget(Checkpoint target)
    {
        if (!target.IsFolder)
            yield return MergeDiagnostics.TargetIsNoFolder(target.Path);
        else if (target.Config is null)
            yield return MergeDiagnostics.NoConfig(target.Path);
    }

    /// <summary>A vector file must be one; a whole model given without minus would be added as if it were a vector.</summary>
    private static IEnumerable<Diagnostic> CheckKind(MergeMethod method, TermSource term)
    {
        if (method != MergeMethod.TaskArithmetic || term.Minus is not null)
            yield break;
        if (term.From.Config is not null || IsWeightsOfModel(term.From.Path))
            yield return MergeDiagnostics.WholeModelAsVector(term.Term.Path);
        else if (Extraction.VectorMetadata.Of(term.From) is null)
            yield return MergeDiagnostics.NoVectorMetadata(term.Term.Path);
    }

    /// <summary>A weight file of a model folder, named instead of the folder.</summary>
    private static bool IsWeightsOfModel(string path) =>
        File.Exists(path) && Path.GetFileName(path).StartsWith("model", StringComparison.Ordinal)
        && File.Exists(Path.Combine(Path.GetDirectoryName(Path.GetFullPath(path))!, "config.json"));

    private static IEnumerable<Diagnostic> CheckModels(MergeSources sources, TermSource term)
    {
        var models = sources.Recipe.Method == MergeMethod.Linear ? term.Checkpoints : term.Donors;
        foreach (var model in models)
        {
            if (model is { IsFolder: true, Config: null })
                yield return MergeDiagnostics.NoConfig(model.Path);
            if (model.Config is { } config && sources.Target.Config is { } target)
            {
                foreach (var finding in ConfigComparison.Compare(model.Path, config, target))
                    yield return finding;
            }
            if (!ChangesEmbeddings(term, sources.Target))
                continue;
            foreach (var finding in CompareTokenizers(model, sources.Target))
                yield return finding;
        }
        if (Extraction.VectorMetadata.Of(term.From) is { } metadata)
        {
            foreach (var finding in metadata.Compare(term.Term.Path, sources.Target))
                yield return finding;
        }
    }

    /// <summary>Rows that stand for tokens are only added where embedding or head are; other weights know no tokens.</summary>
    private static bool ChangesEmbeddings(TermSource term, Checkpoint target) =>
        !target.Tensors.Keys.Any(TiedHead.IsHeadOrEmbedding)
        || target.Tensors.Keys.Any(name => TiedHead.IsHeadOrEmbedding(name) && term.Term.Selection.Selects(name));

    private static IEnumerable<Diagnostic> CompareTokenizers(Checkpoint donor, Checkpoint target)
    {
        var findings = new List<Diagnostic>();
        try
        {
            if (donor.Tokenizer is { } found && target.Tokenizer is { } expected && found.Digest != expected.Digest)
            {
                var conflicts = expected.Conflicts(found).ToList();
                if (conflicts.Count > 0)
                    findings.Add(MergeDiagnostics.TokenizerDiffers(donor.Path, conflicts.Count, conflicts[0]));
                else if (found.MergesDigest != expected.MergesDigest)
                    findings.Add(MergeDiagnostics.MergesDiffer(donor.Path));
            }
        }
        catch (DiagnosticException e)
        {
            findings.AddRange(e.Diagnostics);
        }
        return findings;
    }
}
