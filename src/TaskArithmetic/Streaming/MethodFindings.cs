using System.Globalization;
using TaskArithmetic.Diagnostics;
using TaskArithmetic.Methods;
using TaskArithmetic.Planning;

namespace TaskArithmetic.Streaming;

/// <summary>What methods counted, found and remarked while a stream ran; of tensors that were not merged anew nothing is known.</summary>
internal sealed class MethodFindings
{
    private readonly SortedDictionary<string, List<string>> remarks = new(StringComparer.Ordinal);
    private readonly Dictionary<(string Name, int? Input), long> counts = [];
    private IReadOnlyList<MethodFact> facts = [];
    private string method = "";

    /// <summary>A warning for each remark, with the tensors that it is of.</summary>
    public IEnumerable<Diagnostic> Warnings => remarks.Select(r => MethodDiagnostics.Remark(method, r.Key, r.Value));

    /// <summary>Lines of a log: numbers of the whole model, and counts over its tensors.</summary>
    public IEnumerable<string> Lines => facts.Select(f => Line(f.Name, f.Input, f.Value)).Concat(counts.Select(c => Line(c.Key.Name, c.Key.Input, c.Value)));

    /// <summary>Takes what is known after the last pass over a tensor.</summary>
    public void Take(PlannedTensor tensor, TensorMerge merge)
    {
        method = tensor.Merge!.Method.Schema.Name;
        if (facts.Count == 0)
            facts = [.. merge.Facts];
        foreach (var count in merge.Counts)
            counts[(count.Name, count.Input)] = counts.GetValueOrDefault((count.Name, count.Input)) + count.Count;
        foreach (var remark in merge.Remarks)
        {
            if (!remarks.TryGetValue(remark, out var tensors))
                remarks[remark] = tensors = [];
            tensors.Add(tensor.Name);
        }
    }

    private string Line(string name, int? input, double value) =>
        string.Create(CultureInfo.InvariantCulture, $"{method}: {name}{(input is { } index ? $" of vector {index + 1}" : "")}: {value:G7}");
}
