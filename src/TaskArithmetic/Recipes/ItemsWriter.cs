using System.Globalization;
using System.Text;
using System.Xml.Linq;
using TaskArithmetic.Diagnostics;
using TaskArithmetic.Methods;
using TaskArithmetic.Safetensors;

namespace TaskArithmetic.Recipes;

/// <summary>Writes a recipe as properties and items of a project, and refuses what items cannot say.</summary>
internal static class ItemsWriter
{
    /// <summary>The XML: a <c>PropertyGroup</c> and an <c>ItemGroup</c> in a <c>Project</c>.</summary>
    /// <exception cref="DiagnosticException">TA2049: everything that items cannot say.</exception>
    public static string Write(Recipe recipe)
    {
        Diagnostic[] findings =
        [
            .. Refused(recipe.Slices is not null, "slices"), .. Refused(recipe.Tokenizer is not null, "a tokenizer"), .. Refused(recipe.ChatTemplate is not null, "a chat template"),
            .. Refused(recipe.Base is null, "a merge without a base"),
        ];
        if (findings.Length > 0)
            throw new DiagnosticException(findings);
        var properties = new XElement("PropertyGroup", Properties(recipe).Where(p => p.Value is not null).Select(p => new XElement(p.Name, Escape(p.Value!))));
        var items = new XElement("ItemGroup", recipe.Inputs.Select(Vector), recipe.Parameters.OrderBy(p => p.Key, StringComparer.Ordinal).Select(Parameter));
        return new XElement("Project", properties, items).ToString() + "\n";
    }

    private static IEnumerable<(string Name, string? Value)> Properties(Recipe recipe)
    {
        yield return ("BaseModel", recipe.Base);
        yield return ("MergeMethod", recipe.Method);
        yield return ("MergePrecision", recipe.Precision == Precision.Exact ? null : Words.Of(recipe.Precision));
        yield return ("MergeWorkingDType", recipe.WorkingDType?.TorchName());
        yield return ("MergeOutputDType", recipe.OutputDType?.TorchName());
        yield return ("MergeSeed", recipe.Seed == 0 ? null : recipe.Seed.ToString(CultureInfo.InvariantCulture));
        yield return ("MergeMaxShardSize", recipe.MaxShardSize == Recipe.DefaultMaxShardSize ? null : recipe.MaxShardSize.ToString(CultureInfo.InvariantCulture));
        yield return ("MergeVocabularyMismatch", recipe.VocabularyMismatch == VocabularyMismatch.Error ? null : Words.Of(recipe.VocabularyMismatch));
        yield return ("RequireSameLineage", recipe.RequireSameLineage ? "true" : null);
        yield return ("AllowNonFinite", recipe.AllowNonFinite ? "true" : null);
    }

    private static XElement Vector(RecipeInput input)
    {
        var item = new XElement("ReasoningVector", new XAttribute("Include", Escape(input.Path, "*?;")));
        foreach (var (name, value) in new[] { ("Minus", input.Minus), ("Adapter", input.Adapter) })
            Add(item, name, value);
        foreach (var (name, value) in input.Parameters.OrderBy(p => p.Key, StringComparer.Ordinal))
            Add(item, name == MethodParameter.Weight.Name ? "Alpha" : MethodsPage.MetadataOf(name), value.ToString());
        Add(item, "Tensors", string.Join(';', input.Selection.Include));
        Add(item, "Exclude", string.Join(';', input.Selection.Exclude));
        return item;
    }

    private static XElement Parameter(KeyValuePair<string, ParameterValue> parameter) =>
        new("MergeParameter", new XAttribute("Include", parameter.Key), new XAttribute("Value", Escape(parameter.Value.ToString())));

    /// <summary>Exclude is no metadata where it stands as an attribute: MSBuild reads it itself.</summary>
    private static void Add(XElement item, string name, string? value)
    {
        if (value is not { Length: > 0 })
            return;
        if (name == "Exclude")
            item.Add(new XElement(name, Escape(value)));
        else
            item.Add(new XAttribute(name, Escape(value)));
    }

    /// <summary>What MSBuild would take for a property, an item or an escape.</summary>
    private static string Escape(string text, string also = "") =>
        string.Concat(text.Select(c => "%$@".Contains(c) || also.Contains(c) ? string.Create(CultureInfo.InvariantCulture, $"%{(int)c:X2}") : c.ToString()));

    private static IEnumerable<Diagnostic> Refused(bool isThere, string what) =>
        isThere ? [RecipeJsonDiagnostics.NotSayable("items", what)] : [];
}
