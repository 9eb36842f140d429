using TaskArithmetic.Checkpoints;
using TaskArithmetic.Diagnostics;
using TaskArithmetic.Measuring;
using TaskArithmetic.Methods;
using TaskArithmetic.Methods.Matrices;
using TaskArithmetic.Recipes;

namespace TaskArithmetic.Planning;

/// <summary>
/// Everything that can be known from headers and configuration before a byte is written. All problems are collected;
/// a plan comes out only when none of them is an error.
/// </summary>
internal static class Preflight
{
    /// <summary>Checks a recipe and plans it.</summary>
    /// <param name="sources">The recipe with its checkpoints open.</param>
    /// <param name="methods">The methods that recipes may name.</param>
    /// <param name="linearAlgebra">Decompositions for the methods that need them; null where libtorch is not at hand.</param>
    /// <returns>The plan (null if any finding is an error) and all findings.</returns>
    public static (MergePlan? Plan, IReadOnlyList<Diagnostic> Findings) Run(MergeSources sources, MergeMethods methods, ILinearAlgebra? linearAlgebra = null)
    {
        var findings = new List<Diagnostic>();
        findings.AddRange(sources.Checkpoints.Distinct().SelectMany(c => c.Warnings));
        findings.AddRange(sources.Findings);
        findings.AddRange(sources.Checkpoints.Distinct().SelectMany(CheckWeights));
        findings.AddRange(CheckRecipe(sources.Recipe, methods, sources.MakesVector));
        if (!sources.MakesVector)
            findings.AddRange(CheckTarget(sources.Target));
        if (sources.Method.Schema.NeedsLinearAlgebra)
            findings.AddRange(linearAlgebra is null ? [MethodDiagnostics.NeedsLibtorch(sources.Recipe.Method)] : Load(linearAlgebra as DeferredLinearAlgebra));
        foreach (var input in sources.Inputs)
        {
            if (!sources.CombinesModels)
                findings.AddRange(CheckKind(input));
            findings.AddRange(CheckModels(sources, input));
        }
        var matching = new TensorMatching(sources, linearAlgebra);
        var tensors = matching.Match();
        findings.AddRange(matching.Findings);
        var distinct = findings.Distinct().ToList();
        return distinct.Any(f => f.Severity == DiagnosticSeverity.Error)
            ? (null, distinct)
            : (MergePlan.Create(tensors, sources.Recipe.MaxShardSize, matching.Remarks) with { Companions = matching.Companions }, distinct);
    }

    /// <summary>What is wrong with a recipe whatever its files hold.</summary>
    /// <param name="recipe">The recipe.</param>
    /// <param name="methods">The methods that recipes may name.</param>
    /// <param name="makesVector">Whether a vector is made, which is added to no base yet.</param>
    public static IEnumerable<Diagnostic> CheckRecipe(Recipe recipe, MergeMethods methods, bool makesVector = false)
    {
        if (!recipe.AllInputs.Any())
            return [RecipeDiagnostics.NoTerms()];
        var findings = RecipeCheck.Of(makesVector ? recipe with { Base = "" } : recipe, methods);
        return methods.TryFind(recipe.Method, out var method) && method.Schema.Operands == Operands.Models
            ? [.. findings, .. recipe.AllInputs.Where(i => i.Minus is not null).Select(i => RecipeDiagnostics.MinusWithModels(i.Path, recipe.Method))]
            : findings;
    }

    private static IReadOnlyList<Diagnostic> Load(DeferredLinearAlgebra? linearAlgebra)
    {
        try
        {
            linearAlgebra?.Load();
            return [];
        }
        catch (DiagnosticException e)
        {
            return e.Diagnostics;
        }
    }

    /// <summary>Weights that stand for others: packed integers with scales, factors of a low-rank update.</summary>
    private static IEnumerable<Diagnostic> CheckWeights(Checkpoint checkpoint)
    {
        if (Quantization.Of(checkpoint) is { } quantization)
            yield return PlanDiagnostics.Quantised(checkpoint.Path, quantization);
        if (Adapter.FactorIn(checkpoint.Tensors.Keys) is { } factor)
            yield return CheckpointDiagnostics.IsAdapter(checkpoint.Path, $"it holds '{factor}'");
    }

    private static IEnumerable<Diagnostic> CheckTarget(Checkpoint target)
    {
        if (!target.IsFolder)
            yield return PlanDiagnostics.TargetIsNoFolder(target.Path);
        else if (target.Config is null)
            yield return PlanDiagnostics.NoConfig(target.Path);
    }

    /// <summary>A vector file must be one; a whole model given without minus would be added as if it were a vector.</summary>
    private static IEnumerable<Diagnostic> CheckKind(SourceInput input)
    {
        if (input.Minus is not null)
            yield break;
        if (input.From.Config is not null || IsWeightsOfModel(input.From.Path))
            yield return PlanDiagnostics.WholeModelAsVector(input.Input.Path);
        else if (VectorMetadata.Of(input.From) is null && !input.From.IsAdapter)
            yield return PlanDiagnostics.NoVectorMetadata(input.Input.Path);
    }

    /// <summary>A weight file of a model folder, named instead of the folder.</summary>
    private static bool IsWeightsOfModel(string path) =>
        File.Exists(path) && Path.GetFileName(path).StartsWith("model", StringComparison.Ordinal)
        && File.Exists(Path.Combine(Path.GetDirectoryName(Path.GetFullPath(path))!, "config.json"));

    private static IEnumerable<Diagnostic> CheckModels(MergeSources sources, SourceInput input)
    {
        var models = sources.CombinesModels ? input.Checkpoints : input.Donors;
        foreach (var model in models)
        {
            if (model is { IsFolder: true, Config: null })
                yield return PlanDiagnostics.NoConfig(model.Path);
            if (model.Config is { } config && sources.Target.Config is { } target)
            {
                // Slices are cut from models of any depth.
                foreach (var finding in ConfigComparison.Compare(model.Path, config, target, ofAnyDepth: sources.Recipe.Slices is not null))
                    yield return finding;
            }
            if (!ChangesEmbeddings(input, sources.Target) || sources.Recipe.Tokenizer is not null || sources.Recipe.VocabularyMismatch != VocabularyMismatch.Error)
                continue;
            foreach (var finding in CompareTokenizers(model, sources.Target))
                yield return finding;
        }
        if (VectorMetadata.Of(input.From) is { } metadata)
        {
            foreach (var finding in CompareVector(input.Input.Path, metadata, sources.Target))
                yield return finding;
        }
    }

    /// <summary>Rows that stand for tokens are only added where embedding or head are; other weights know no tokens.</summary>
    private static bool ChangesEmbeddings(SourceInput input, Checkpoint target) =>
        !target.Tensors.Keys.Any(TiedHead.IsHeadOrEmbedding)
        || target.Tensors.Keys.Any(name => TiedHead.IsHeadOrEmbedding(name) && input.Input.Selection.Selects(name));

    private static IEnumerable<Diagnostic> CompareTokenizers(Checkpoint donor, Checkpoint target)
    {
        var findings = new List<Diagnostic>();
        try
        {
            if (donor.Tokenizer is { } found && target.Tokenizer is { } expected && found.Digest != expected.Digest)
            {
                var conflicts = expected.Conflicts(found).ToList();
                if (conflicts.Count > 0)
                    findings.Add(PlanDiagnostics.TokenizerDiffers(donor.Path, conflicts.Count, conflicts[0]));
                else if (found.MergesDigest != expected.MergesDigest)
                    findings.Add(PlanDiagnostics.MergesDiffer(donor.Path));
            }
        }
        catch (DiagnosticException e)
        {
            findings.AddRange(e.Diagnostics);
        }
        return findings;
    }

    /// <summary>What keeps a vector with these donors from fitting a target.</summary>
    private static IEnumerable<Diagnostic> CompareVector(string path, VectorMetadata vector, Checkpoint target)
    {
        if (target.Config is { } config)
        {
            foreach (var finding in ConfigComparison.CompareDecisive(path, vector.Config, config))
                yield return finding;
        }
        if (vector.TokenizerDigest is not null && target.Tokenizer is { } tokenizer && tokenizer.Digest != vector.TokenizerDigest)
            yield return PlanDiagnostics.VectorTokenizerDiffers(path);
    }
}
