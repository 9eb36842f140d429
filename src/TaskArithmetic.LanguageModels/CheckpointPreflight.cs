using System.Globalization;
using System.Text.RegularExpressions;
using TaskArithmetic.Checkpoints;
using TaskArithmetic.Diagnostics;
using TaskArithmetic.Safetensors;

namespace TaskArithmetic.LanguageModels;

/// <summary>Compares the headers of a checkpoint with what its configuration asks for, before any weight is read.</summary>
internal sealed partial class CheckpointPreflight(Checkpoint checkpoint, ModelConfiguration model, List<Diagnostic> problems)
{
    /// <summary>Notes every tensor that is missing, has no place, or has the wrong shape or dtype.</summary>
    public void Check()
    {
        if (!checkpoint.Tensors.ContainsKey(TensorLayout.EmbeddingName) && checkpoint.Tensors.ContainsKey("embed_tokens.weight"))
        {
            problems.Add(LanguageModelDiagnostics.NamesWithoutPrefix(checkpoint.Path));
            return;
        }

        var expected = TensorLayout.Of(model).ToDictionary(tensor => tensor.Name, StringComparer.Ordinal);
        if (model.TieWordEmbeddings)
            AllowStoredHead(expected);
        foreach (var tensor in expected.Values)
            CheckExpected(tensor);
        foreach (var (name, tensor) in checkpoint.Tensors)
        {
            if (!expected.ContainsKey(name) && !RotaryBuffer().IsMatch(name))
                problems.Add(LanguageModelDiagnostics.UnexpectedTensor(tensor.File.Path, name, WhyUnexpected(name)));
        }
    }

    /// <summary>A tied model may store its head, or its head in place of the embedding.</summary>
    private void AllowStoredHead(Dictionary<string, ExpectedTensor> expected)
    {
        if (!checkpoint.Tensors.ContainsKey(TensorLayout.HeadName))
            return;
        var embedding = expected[TensorLayout.EmbeddingName];
        expected.Add(TensorLayout.HeadName, embedding with { Name = TensorLayout.HeadName });
        if (!checkpoint.Tensors.ContainsKey(TensorLayout.EmbeddingName))
            expected.Remove(TensorLayout.EmbeddingName);
    }

    private void CheckExpected(ExpectedTensor expected)
    {
        if (!checkpoint.Tensors.TryGetValue(expected.Name, out var found))
        {
            var why = expected.Name == TensorLayout.HeadName ? "tie_word_embeddings is false, so the embedding is not the head" : null;
            problems.Add(LanguageModelDiagnostics.MissingTensor(checkpoint.Path, expected.Name, TensorInfo.FormatShape(expected.Shape), why));
            return;
        }
        if (!found.Info.DType.IsMergeable())
            problems.Add(LanguageModelDiagnostics.WrongDType(found.File.Path, expected.Name, found.Info.DType.Name()));
        if (!found.Info.Shape.SequenceEqual(expected.Shape))
            problems.Add(LanguageModelDiagnostics.WrongShape(found.File.Path, expected.Name, found.Info.ShapeText, TensorInfo.FormatShape(expected.Shape)));
    }

    private string WhyUnexpected(string name)
    {
        if (LayerNumber().Match(name) is { Success: true } match
            && int.TryParse(match.Groups[1].ValueSpan, NumberStyles.None, CultureInfo.InvariantCulture, out var layer) && layer >= model.LayerCount)
            return $"num_hidden_layers is {model.LayerCount}";
        if (QuantisedName().IsMatch(name))
            return "it belongs to a quantised checkpoint";
        return name.EndsWith(".bias", StringComparison.Ordinal) ? "config.json announces no such bias" : "this architecture has no tensor of that name";
    }

    /// <summary>Written by old library versions; computed from config.json since.</summary>
    [GeneratedRegex(@"\.rotary_emb\.inv_freq$", RegexOptions.CultureInvariant)]
    private static partial Regex RotaryBuffer();

    [GeneratedRegex(@"^model\.layers\.(\d+)\.", RegexOptions.CultureInvariant)]
    private static partial Regex LayerNumber();

    [GeneratedRegex(@"\.(qweight|qzeros|scales|g_idx|weight_scale|weight_scale_inv|input_scale|absmax|quant_map|weight_packed)$", RegexOptions.CultureInvariant)]
    private static partial Regex QuantisedName();
}
