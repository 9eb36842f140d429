using System.Globalization;
using System.Text;
using TaskArithmetic.Checkpoints;
using TaskArithmetic.Diagnostics;
using TaskArithmetic.Files;
using TaskArithmetic.Merging;
using TaskArithmetic.Recipes;
using YamlDotNet.Serialization;

namespace TaskArithmetic.Provenance;

/// <summary>The README.md of a merged model, with the front matter that the hub reads.</summary>
internal static class ModelCard
{
    /// <summary>The card's file name.</summary>
    public const string FileName = "README.md";

    public static byte[] Write(MergeSources sources, MergeSummary summary)
    {
        var front = new Dictionary<string, object>
        {
            ["base_model"] = sources.Checkpoints.Where(c => c.Config is not null).Select(ModelReference.Of).Distinct().ToArray(),
            ["base_model_relation"] = "merge",
            ["library_name"] = "transformers",
            ["tags"] = new[] { "merge", "task-arithmetic", "reasoning-vector", "taskarithmetic" },
        };
        if (LicenseOf(sources.Target.Path) is { } license)
            front["license"] = license;
        var text = new StringBuilder();
        text.Append("---\n").Append(new SerializerBuilder().WithNewLine("\n").Build().Serialize(front)).Append("---\n\n");
        text.Append(CultureInfo.InvariantCulture, $"# {ModelReference.Of(sources.Target)} with {sources.Terms.Count} {(sources.Terms.Count == 1 ? "vector" : "vectors")}\n\n");
        text.Append("Merged by TaskArithmetic; `taskarithmetic.json` records the digests of all inputs and outputs.\n\n## Recipe\n\n");
        AppendRecipe(text, sources);
        AppendSummary(text, sources, summary);
        return Encoding.UTF8.GetBytes(text.ToString());
    }

    /// <summary>The licence that a model folder's card names, or null.</summary>
    /// <exception cref="DiagnosticException">TA2028: the card cannot be read, or its front matter is not UTF-8.</exception>
    public static string? LicenseOf(string modelFolder)
    {
        var card = Path.Combine(modelFolder, FileName);
        if (!RegularFile.IsPresent(card))
            return null;
        try
        {
            using var lines = new StringReader(RegularFile.Text(FrontMatter(RegularFile.ReadBytes(card))));
            while (lines.ReadLine() is { } line)
            {
                if (line.StartsWith("license:", StringComparison.Ordinal))
                    return line["license:".Length..].Trim().Trim('"', '\'') is { Length: > 0 } license ? license : null;
            }
            return null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new DiagnosticException(CheckpointDiagnostics.NotCarried(card, e.Message), e);
        }
    }

    /// <summary>Why a model folder's card cannot be read; nothing where it can or is not there.</summary>
    public static IEnumerable<Diagnostic> Problems(string modelFolder)
    {
        try
        {
            LicenseOf(modelFolder);
            return [];
        }
        catch (DiagnosticException e)
        {
            return e.Diagnostics;
        }
    }

    /// <summary>What stands between the first line <c>---</c> and the next; nothing where the file does not begin so. The prose after it is nobody's to read.</summary>
    private static ReadOnlySpan<byte> FrontMatter(ReadOnlySpan<byte> card)
    {
        if (card.StartsWith(Encoding.UTF8.Preamble))
            card = card[Encoding.UTF8.Preamble.Length..];
        if (!card.StartsWith("---\n"u8) && !card.StartsWith("---\r\n"u8))
            return default;
        var rest = card["---".Length..];
        var end = rest.IndexOf("\n---\n"u8);
        if (end < 0)
            end = rest.IndexOf("\n---\r\n"u8);
        return end < 0 ? rest : rest[..end];
    }

    private static void AppendRecipe(StringBuilder text, MergeSources sources)
    {
        var recipe = sources.Recipe;
        text.Append(recipe.Method == MergeMethod.Linear
            ? $"Weighted {(recipe.Normalizes ? "average" : "sum")} of models; configuration and tokenizer of `{ModelReference.Of(sources.Target)}`.\n\n"
            : $"`{ModelReference.Of(sources.Target)}`{(recipe.Lambda == 1 ? "" : string.Create(CultureInfo.InvariantCulture, $" + {recipe.Lambda:R} ×"))} + Σ α·v{(recipe.Normalizes ? " / Σ α" : "")}\n\n");
        text.Append("| term | α | tensors |\n|---|---|---|\n");
        foreach (var source in sources.Terms)
        {
            var selection = source.Term.Selection;
            var tensors = selection.Include.Count == 0 ? "all" : string.Join("; ", selection.Include);
            if (selection.Exclude.Count > 0)
                tensors += " without " + string.Join("; ", selection.Exclude);
            text.Append(CultureInfo.InvariantCulture, $"| {NameOf(source)} | {source.Term.Alpha} | {tensors.Replace("|", "\\|")} |\n");
        }
        text.Append(CultureInfo.InvariantCulture, $"\nPrecision: {recipe.Precision.ToString().ToLowerInvariant()}.\n\n");
    }

    private static void AppendSummary(StringBuilder text, MergeSources sources, MergeSummary summary)
    {
        text.Append("## What changed\n\n");
        text.Append(summary.SurvivalText).Append(".\n\n");
        text.Append("| term | norm | against the target | equal weights | lowest cosine target · donor |\n|---|---|---|---|---|\n");
        foreach (var (source, term) in sources.Terms.Zip(summary.Terms))
            text.Append(CultureInfo.InvariantCulture, $"| {NameOf(source)} | {term.Norm:G6} | {term.RelativeNorm:G4} | {term.EqualFraction * 100:0.0} % | {(term.LowestCosine is { } cosine ? cosine.ToString("0.0000", CultureInfo.InvariantCulture) : "–")} |\n");
    }

    private static string NameOf(TermSource source) =>
        source.Minus is null ? ModelReference.Of(source.From) : $"{ModelReference.Of(source.From)} − {ModelReference.Of(source.Minus)}";
}
