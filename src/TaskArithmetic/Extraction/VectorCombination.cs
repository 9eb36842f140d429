using System.Globalization;
using TaskArithmetic.Caching;
using TaskArithmetic.Checkpoints;
using TaskArithmetic.Diagnostics;
using TaskArithmetic.Measuring;
using TaskArithmetic.Outputs;
using TaskArithmetic.Planning;
using TaskArithmetic.Recipes;
using TaskArithmetic.Safetensors;
using TaskArithmetic.Streaming;

namespace TaskArithmetic.Extraction;

/// <summary>
/// The algebra of task vectors: vectors and donor pairs become one vector, by any method for task vectors. Sums, differences, scaled and
/// negated vectors and analogies are weights of <c>task_arithmetic</c>; the others trim, elect signs, project out or randomise.
/// </summary>
public static class VectorCombination
{
    /// <summary>Combines vectors into one; what a merge would add to its base.</summary>
    /// <param name="recipe">Method, inputs and parameters; it has no base.</param>
    /// <param name="output">The vector file; when it is too large for one, numbered files and an index beside it.</param>
    /// <param name="options">How to run.</param>
    /// <param name="cancellationToken">Stops the work; nothing half-written stays visible.</param>
    /// <exception cref="DiagnosticException">All problems found, before anything is written.</exception>
    public static ExtractReport Run(Recipe recipe, string output, ExtractOptions options, CancellationToken cancellationToken)
    {
        var file = new VectorFile(output);
        file.Recover();
        var place = file.Check(recipe.Inputs.SelectMany(i => new[] { i.Path, i.Minus }).OfType<string>()).ToList();
        using var sources = MergeSources.OpenVectors(recipe, options.Methods, [.. Preflight.CheckRecipe(recipe, options.Methods, makesVector: true), .. place]);
        var (plan, findings) = Preflight.Run(sources, options.Methods, options.LinearAlgebra);
        findings = [.. findings, .. place];
        if (sources.CombinesModels)
            findings = [.. findings, ExtractDiagnostics.NotForVectors(recipe.Method)];
        if (plan is null || findings.Any(f => f.Severity == DiagnosticSeverity.Error))
            throw new DiagnosticException(findings);
        var inputs = new InputDigests(sources.Files, new ContentCache(options.CacheDirectory).Digests);
        inputs.ReadMissing(options.Threads, cancellationToken);
        var writer = new VectorWriter(plan, file.Stem, options, statistics => Describe(sources, inputs, statistics), cancellationToken);
        var key = WeightsKey.Of(plan, recipe.AllowNonFinite, inputs.Of, string.Create(CultureInfo.InvariantCulture, $"vector {file.Stem} {options.DType} {options.MaxShardSize} {ToolIdentity.Current.Version}"));
        return new VectorRun(file, writer, inputs, key, options with { AllowNonFinite = recipe.AllowNonFinite }, findings, cancellationToken).Execute();
    }

    /// <summary>What is known of the first input speaks for all: they fit each other, or preflight has said where not.</summary>
    private static VectorMetadata Describe(MergeSources sources, InputDigests inputs, IReadOnlyDictionary<string, VectorStatistics> statistics)
    {
        var first = sources.Inputs[0];
        var known = VectorMetadata.Of(first.From);
        var from = VectorExtraction.Identify(first.From, inputs);
        return VectorWriter.Measured(statistics, new VectorMetadata
        {
            Formula = Formula(sources.Recipe),
            From = known?.From ?? from,
            Minus = known?.Minus ?? (first.Minus is { } minus ? VectorExtraction.Identify(minus, inputs) : from),
            Config = known?.Config ?? (first.From.Config is { } config ? ConfigComparison.DecisiveValues(config) : new Dictionary<string, string>()),
            Norms = new Dictionary<string, double>(),
            TieWordEmbeddings = known?.TieWordEmbeddings ?? first.From.IsTied,
            TokenizerDigest = known?.TokenizerDigest ?? first.From.Tokenizer?.Digest,
            AnswerFormat = known?.AnswerFormat ?? AnswerFormat.Of(first.From),
            License = known?.License ?? CardLicense.Of(first.From.Path),
            ToolVersion = ToolIdentity.Current.Version,
        });
    }

    /// <summary>Such as <c>task_arithmetic(a · weight 1, (b − c) · weight -0.5)</c>.</summary>
    private static string Formula(Recipe recipe)
    {
        var inputs = recipe.Inputs.Select(i =>
            (i.Minus is null ? i.Path : $"({i.Path} − {i.Minus})") + string.Concat(i.Parameters.OrderBy(p => p.Key, StringComparer.Ordinal).Select(p => $" · {p.Key} {p.Value}")));
        var parameters = recipe.Parameters.OrderBy(p => p.Key, StringComparer.Ordinal).Select(p => $"; {p.Key} {p.Value}");
        return $"{recipe.Method}({string.Join(", ", inputs)}{string.Concat(parameters)})";
    }
}
