using System.Collections.Generic;
using System.Linq;
using Microsoft.Build.Framework;

namespace TaskArithmetic.Build;

/// <summary>One <c>ReasoningVector</c>: a vector file, or a donor and the donor to subtract.</summary>
internal sealed class ReasoningVectorTerm
{
    private ReasoningVectorTerm(ModelReference path, ModelReference? minus, string specification)
    {
        Path = path;
        Minus = minus;
        Specification = specification;
    }

    public ModelReference Path { get; }

    public ModelReference? Minus { get; }

    /// <summary>The value of the tool's <c>--vector</c>.</summary>
    public string Specification { get; }

    public static ReasoningVectorTerm Read(ITaskItem item, string projectDirectory)
    {
        var path = ModelReference.Parse(item.ItemSpec, projectDirectory);
        var minus = item.GetMetadata("Minus").Trim() is { Length: > 0 } donor ? ModelReference.Parse(donor, projectDirectory) : null;
        var parts = new (string Key, string Value)[]
        {
            ("minus", minus?.Text ?? ""),
            ("alpha", item.GetMetadata("Alpha").Trim()),
            ("tensors", item.GetMetadata("Tensors").Trim()),
            ("exclude", item.GetMetadata("Exclude").Trim()),
        };
        return new ReasoningVectorTerm(path, minus, path.Text + string.Concat(parts.Where(p => p.Value.Length > 0).Select(p => $",{p.Key}={p.Value}")));
    }

    public IEnumerable<string> Files() => Path.Files().Concat(Minus?.Files() ?? []);
}
