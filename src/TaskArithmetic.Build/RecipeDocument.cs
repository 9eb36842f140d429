using System.Collections.Generic;
using System.Linq;
using System.Text;
using Microsoft.Build.Framework;
using Microsoft.Build.Utilities;

namespace TaskArithmetic.Build;

/// <summary>A <c>MergedModel</c> with its vectors as the JSON that the worker reads; one line an input, so that findings can be led back.</summary>
internal static class RecipeDocument
{
    private static readonly string[] VectorKeys = ["Minus", "Adapter", "Alpha", "Weight", "Tensors", "Exclude", "Model", "VectorFile", "VectorDType", "AllowNonFinite"];
    private static readonly string[] ModelKeys =
    [
        "BaseModel", "Method", "Precision", "WorkingDType", "OutputDType", "MaxShardSize", "RequireSameLineage", "AllowNonFinite", "Seed", "VocabularyMismatch",
        "OutputDir", "Export", "Quantization", "FromProperties", "MergeKitFile",
    ];

    /// <summary>Writes the document.</summary>
    /// <param name="model">The model.</param>
    /// <param name="target">Its base.</param>
    /// <param name="terms">Its vectors.</param>
    /// <param name="parameters">Parameters of methods for all models or this one, by key; what the item itself says wins.</param>
    /// <param name="log">Hears of wrong metadata.</param>
    public static string Of(ITaskItem model, ModelReference target, IEnumerable<ReasoningVectorTerm> terms, IEnumerable<KeyValuePair<string, string>> parameters, TaskLoggingHelper log)
    {
        var global = new SortedDictionary<string, string>(System.StringComparer.Ordinal);
        foreach (var parameter in parameters.Concat(MethodParameters.Of(model, ModelKeys)))
            global[parameter.Key] = parameter.Value;
        var members = new List<KeyValuePair<string, string>> { new("schema", JsonText.Of("taskarithmetic.recipe/1")) };
        Add("method", model.GetMetadata("Method"));
        Add("base", target.Text);
        members.Add(new("inputs", $"[\n    {string.Join(",\n    ", terms.Select(Input))}\n  ]"));
        members.Add(new("parameters", JsonText.Object(global)));
        Add("precision", model.GetMetadata("Precision"));
        Add("dtype", model.GetMetadata("WorkingDType"));
        Add("outputDtype", model.GetMetadata("OutputDType"));
        AddValue("seed", model.GetMetadata("Seed"));
        Add("vocabularyMismatch", model.GetMetadata("VocabularyMismatch"));
        Add("maxShardSize", model.GetMetadata("MaxShardSize"));
        AddValue("requireSameLineage", Switch.IsOn("MergedModel", model, "RequireSameLineage", log) ? "true" : "");
        AddValue("allowNonFinite", Switch.IsOn("MergedModel", model, "AllowNonFinite", log) ? "true" : "");
        return new StringBuilder("{\n  ").Append(string.Join(",\n  ", members.Select(m => $"{JsonText.Of(m.Key)}: {m.Value}"))).Append("\n}\n").ToString();

        void Add(string key, string text)
        {
            if (text.Trim().Length > 0)
                members.Add(new(key, JsonText.Of(text.Trim())));
        }

        void AddValue(string key, string text)
        {
            if (text.Trim().Length > 0)
                members.Add(new(key, JsonText.Value(text)));
        }
    }

    private static string Input(ReasoningVectorTerm term)
    {
        var members = new List<KeyValuePair<string, string>> { new("path", JsonText.Of(term.Path.Text)) };
        if (term.Minus is { } minus)
            members.Add(new("minus", JsonText.Of(minus.Text)));
        if (term.Adapter is { } adapter)
            members.Add(new("adapter", JsonText.Of(adapter.Text)));
        if (term.Weight.Length > 0)
            members.Add(new("weight", JsonText.Value(term.Weight)));
        members.AddRange(MethodParameters.Of(term.Item, VectorKeys));
        foreach (var (key, name) in new[] { ("tensors", "Tensors"), ("exclude", "Exclude") })
        {
            if (term.Item.GetMetadata(name).Trim() is { Length: > 0 } patterns)
                members.Add(new(key, JsonText.Of(patterns)));
        }
        return JsonText.Object(members);
    }
}
