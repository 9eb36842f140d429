using System.Security.Cryptography;
using System.Text;
using System.Text.RegularExpressions;
using TaskArithmetic.Checkpoints;
using TaskArithmetic.Diagnostics;
using TaskArithmetic.Gguf.Format;
using TaskArithmetic.Gguf.Models;
using TaskArithmetic.Gguf.Native;
using TaskArithmetic.Gguf.Vocabularies;
using TaskArithmetic.LanguageModels;
using TaskArithmetic.Provenance;
using TaskArithmetic.Recipes;

namespace TaskArithmetic.Gguf;

/// <summary>Writes a model folder as one GGUF file, which llama.cpp and the engines built on it run.</summary>
public static partial class GgufExport
{
    /// <summary>Checks everything that headers and configuration tell, then writes the file.</summary>
    /// <param name="options">What is written where.</param>
    /// <param name="cancellationToken">Ends the work between two chunks.</param>
    /// <exception cref="DiagnosticException">
    /// Every problem that is known before anything is written: TA2001 to TA2017, TA2200 to TA2217, TA5200 to TA5208. While it is written:
    /// TA5211 a weight that cannot be stored, TA5213 and TA0102 to TA0114 llama.cpp's quantizer, TA3005 the place.
    /// </exception>
    public static async Task<GgufExportReport> RunAsync(GgufExportOptions options, CancellationToken cancellationToken = default)
    {
        using var checkpoint = Checkpoint.Open(options.Model);
        var findings = new List<Diagnostic>(checkpoint.Warnings);
        var place = new GgufPlace(options.Output);
        var plan = Plan(options, checkpoint, findings);
        findings.AddRange(place.Check(plan?.Needed ?? 0));
        if (findings.Any(f => f.Severity == DiagnosticSeverity.Error))
            throw new DiagnosticException(findings);

        var quantizer = plan!.Quantization.Type is null ? await NativeQuantizer.LoadAsync(options.Log, cancellationToken) : null;
        options.Starting?.Invoke(plan.Tensors.Where(t => t.Source is not null).Sum(t => t.Elements));
        place.Write((file, folder) => Write(options, plan, quantizer, file, folder, cancellationToken), cancellationToken);
        return new GgufExportReport(
            findings, options.Output, plan.Quantization.Name, checkpoint.Shards.Sum(s => s.Length), place.Length);
    }

    private static void Write(GgufExportOptions options, GgufPlan plan, NativeQuantizer? quantizer, string file, string folder, CancellationToken cancellationToken)
    {
        var own = quantizer is null ? file : Path.Combine(folder, "unquantized.gguf");
        using (var stream = new FileStream(own, FileMode.CreateNew, FileAccess.Write, FileShare.None, bufferSize: 1 << 16))
            new GgufWriter(plan.Metadata, plan.Tensors).Write(stream, options.Progress, cancellationToken);
        if (quantizer is null)
            return;
        cancellationToken.ThrowIfCancellationRequested();
        quantizer.Quantize(options.Model, own, file, plan.Quantization, options.Threads);
        File.Delete(own);
    }

    private static GgufPlan? Plan(GgufExportOptions options, Checkpoint checkpoint, List<Diagnostic> findings)
    {
        var quantization = options.Quantization is null ? AsStored(checkpoint) : GgufQuantization.Find(options.Quantization);
        if (quantization is null)
            findings.Add(GgufDiagnostics.UnknownQuantization(options.Quantization!));
        findings.AddRange(CardLicense.Problems(options.Model));
        var model = ModelConfigurationReader.Read(options.Model, findings);
        if (model is null)
            return null;
        new CheckpointPreflight(checkpoint, model, findings).Check();
        findings.AddRange(ModelCheck.Of(options.Model, model));
        // A number of tokens that the weights do not have would only cost memory.
        var isAsLarge = checkpoint.TryGetTensor(TensorLayout.EmbeddingName, out var embedding) && embedding.Info.Shape is [var rows, _] && rows == (ulong)model.VocabularySize;
        var vocabulary = options.WithoutVocabulary || !isAsLarge ? null : VocabularyReader.Read(options.Model, model, findings);
        if (quantization is null || findings.Any(f => f.Severity == DiagnosticSeverity.Error))
            return null;

        var tensors = new ModelTensors(checkpoint, model).All(quantization.Type);
        findings.AddRange(CheckRows(options.Model, quantization, tensors));
        return new GgufPlan(quantization, Metadata(options, model, quantization, vocabulary), tensors);
    }

    private static GgufQuantization AsStored(Checkpoint checkpoint)
    {
        var type = checkpoint.TryGetTensor(TensorLayout.EmbeddingName, out var embedding) ? ModelTensors.AsStored(embedding.Info.DType) : GgufType.F32;
        return GgufQuantization.All.First(q => q.Type == type);
    }

    private static IEnumerable<Diagnostic> CheckRows(string folder, GgufQuantization quantization, IReadOnlyList<GgufTensor> tensors)
    {
        if (quantization.Type is not (null or GgufType.Q8Zero))
            yield break;
        List<string> odd = [.. tensors.Where(t => t.Shape.Count > 1 && t.Columns % Q8Zero.BlockWeights != 0).Select(t => t.Name)];
        if (odd.Count > 0)
            yield return quantization.NeedsWholeBlocks ? GgufDiagnostics.RowsAreNoBlocks(folder, quantization.Name, odd) : GgufDiagnostics.RowsStayHalf(folder, quantization.Name, odd);
    }

    private static GgufMetadata Metadata(GgufExportOptions options, ModelConfiguration model, GgufQuantization quantization, Vocabulary? vocabulary)
    {
        var metadata = new GgufMetadata();
        metadata.Add("general.architecture", ModelMetadata.Architecture(model.Family));
        metadata.Add("general.type", "model");
        metadata.Add("general.name", Name(options, vocabulary));
        if (CardLicense.Of(options.Model) is { } license)
            metadata.Add("general.license", license);
        metadata.Add("general.alignment", 32);
        metadata.Add("general.file_type", quantization.FileType);
        if (quantization.Type is null or GgufType.Q8Zero)
            metadata.Add("general.quantization_version", 2);
        AddProvenance(options.Model, metadata);
        new ModelMetadata(model, metadata).Add();
        Vocabulary.Add(vocabulary, metadata);
        return metadata;
    }

    /// <summary>The name that engines show. By 'phi-3' in it llama.cpp knows how tokens treat spaces, and ends where such tokens are missing.</summary>
    private static string Name(GgufExportOptions options, Vocabulary? vocabulary)
    {
        var name = options.Name ?? Path.GetFileName(Path.TrimEndingDirectorySeparator(Path.GetFullPath(options.Model)));
        return vocabulary switch
        {
            null => name,
            { IsPhi3: true } => PhiName().IsMatch(name) ? name : $"{name} (phi-3)",
            _ => PhiName().Replace(name, "phi 3"),
        };
    }

    /// <summary>What tells from which merge the file is: digests only, so that it names no machine.</summary>
    private static void AddProvenance(string folder, GgufMetadata metadata)
    {
        metadata.Add("taskarithmetic.version", ToolIdentity.Current.Version);
        if (ProvenanceFile.TryRead(folder, out _) is not { } record)
            return;
        metadata.Add("taskarithmetic.weights.key", record.Key);
        metadata.Add("taskarithmetic.recipe.sha256", Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(RecipeJson.Write(record.Recipe)))));
    }

    [GeneratedRegex("phi-?3", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex PhiName();
}

/// <summary>A GGUF file that can be written.</summary>
/// <param name="Quantization">How its weights are stored.</param>
/// <param name="Metadata">Its keys.</param>
/// <param name="Tensors">Its tensors; where llama.cpp quantizes, those that it starts from.</param>
internal sealed record GgufPlan(GgufQuantization Quantization, GgufMetadata Metadata, IReadOnlyList<GgufTensor> Tensors)
{
    /// <summary>Most bytes on the disk while it is made: llama.cpp reads one file and writes another, which is smaller.</summary>
    public long Needed => new GgufWriter(Metadata, Tensors).Length * (Quantization.Type is null ? 2 : 1);
}
