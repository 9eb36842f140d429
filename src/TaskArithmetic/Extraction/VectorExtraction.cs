using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using TaskArithmetic.Caching;
using TaskArithmetic.Checkpoints;
using TaskArithmetic.Diagnostics;
using TaskArithmetic.Measuring;
using TaskArithmetic.Methods;
using TaskArithmetic.Outputs;
using TaskArithmetic.Planning;
using TaskArithmetic.Recipes;
using TaskArithmetic.Safetensors;
using TaskArithmetic.Streaming;

namespace TaskArithmetic.Extraction;

/// <summary>Extracts <c>v = from − minus</c> (arXiv 2509.01363) into a safetensors file.</summary>
public static class VectorExtraction
{
    /// <summary>Extracts a vector.</summary>
    /// <param name="from">Model folder of the donor with the skill (GRPO).</param>
    /// <param name="minus">Model folder of the donor without it (SFT).</param>
    /// <param name="output">The vector file; when it is too large for one, numbered files and an index beside it.</param>
    /// <param name="options">How to run.</param>
    /// <param name="cancellationToken">Stops the work; nothing half-written stays visible.</param>
    /// <exception cref="DiagnosticException">All problems found, before anything is written.</exception>
    public static ExtractReport Run(string from, string minus, string output, ExtractOptions options, CancellationToken cancellationToken)
    {
        // The donors must fit each other as a donor fits a target, so the same preflight serves.
        var recipe = new Recipe { Base = minus, Inputs = [new RecipeInput(from) { Minus = minus }] };
        using var sources = MergeSources.Open(recipe, MergeMethods.BuiltIn);
        var file = new VectorFile(output);
        file.Recover();
        var (plan, findings) = Preflight.Run(sources, MergeMethods.BuiltIn);
        findings = [.. findings.Select(f => ExtractDiagnostics.OfDonors(f, minus)), .. CardLicense.Problems(from), .. file.Check([from, minus])];
        if (plan is null || findings.Any(f => f.Severity == DiagnosticSeverity.Error))
            throw new DiagnosticException(findings);

        var inputs = new InputDigests(sources.Files, new ContentCache(options.CacheDirectory).Digests);
        inputs.ReadMissing(options.Threads, cancellationToken);
        var donors = (From: Identify(sources.Inputs[0].From, inputs), Minus: Identify(sources.Inputs[0].Minus!, inputs));
        var writer = new VectorWriter(plan, file.Stem, options, statistics => Describe(sources, donors, statistics), cancellationToken);
        return new VectorRun(file, writer, inputs, KeyOf(sources, donors, file.Stem, options), options, findings, cancellationToken).Execute();
    }

    private static VectorMetadata Describe(
        MergeSources sources, (DonorIdentity From, DonorIdentity Minus) donors, IReadOnlyDictionary<string, VectorStatistics> statistics) => VectorWriter.Measured(statistics, new VectorMetadata
        {
            From = donors.From,
            Minus = donors.Minus,
            Config = sources.Target.Config is { } config ? ConfigComparison.DecisiveValues(config) : new Dictionary<string, string>(),
            Norms = new Dictionary<string, double>(),
            TieWordEmbeddings = sources.Target.IsTied,
            TokenizerDigest = sources.Target.Tokenizer?.Digest,
            AnswerFormat = AnswerFormat.Of(sources.Inputs[0].From),
            License = CardLicense.Of(sources.Inputs[0].From.Path),
            ToolVersion = ToolIdentity.Current.Version,
        });

    internal static DonorIdentity Identify(Checkpoint donor, InputDigests inputs)
    {
        var lines = donor.Shards.Select(s => $"{Path.GetFileName(s.Path)} {inputs.Of(s)}\n");
        var dtype = donor.Tensors.Values.GroupBy(t => t.Info.DType).MaxBy(g => g.Sum(t => t.Info.ByteLength))!.Key;
        return new DonorIdentity(HubName.Of(donor), Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(string.Concat(lines)))), Safetensors.DTypes.TorchName(dtype));
    }

    private static IEnumerable<string?> Ends(MergeSources sources) =>
        AnswerFormat.Of(sources.Inputs[0].From) is var format ? format.EndTokens.Append(format.ChatTemplateDigest) : [];

    /// <summary>Everything that decides the files: the donors' weights, what the metadata say of them, and how the vector is cut into files.</summary>
    private static string KeyOf(MergeSources sources, (DonorIdentity From, DonorIdentity Minus) donors, string stem, ExtractOptions options)
    {
        var config = sources.Target.Config is { } read ? string.Join(' ', ConfigComparison.DecisiveValues(read)) : "";
        var text = FormattableString.Invariant($"vector/2\n{donors.From}\n{donors.Minus}\n{config}\n{sources.Target.IsTied}\n{sources.Target.Tokenizer?.Digest}\n{string.Join(' ', Ends(sources))}\n{CardLicense.Of(sources.Inputs[0].From.Path)}\n{stem}\n{options.DType}\n{options.MaxShardSize}\n{options.AllowNonFinite}\n{ToolIdentity.Current.Version}\n");
        return Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)));
    }
}
