using System.Collections.Generic;
using System.Linq;
using Microsoft.Build.Framework;

namespace TaskArithmetic.Build;

/// <summary>One <c>ReasoningVector</c>: a vector file or an adapter, or a donor and the donor to subtract.</summary>
internal sealed class ReasoningVectorTerm
{
    private ReasoningVectorTerm(ITaskItem item, ModelReference path, ModelReference? minus, ModelReference? adapter)
    {
        Item = item;
        Path = path;
        Minus = minus;
        Adapter = adapter;
    }

    public ITaskItem Item { get; }

    public ModelReference Path { get; }

    public ModelReference? Minus { get; }

    public ModelReference? Adapter { get; }

    /// <summary>How strongly it counts, by either of its names; empty where neither is given.</summary>
    public string Weight => Item.GetMetadata("Alpha").Trim() is { Length: > 0 } alpha ? alpha : Item.GetMetadata("Weight").Trim();

    public static ReasoningVectorTerm Read(ITaskItem item, string projectDirectory) =>
        new(item, ModelReference.Parse(item.ItemSpec, projectDirectory), Optional(item.GetMetadata("Minus"), projectDirectory), Optional(item.GetMetadata("Adapter"), projectDirectory));

    public IEnumerable<string> Files() => new[] { Path, Minus, Adapter }.OfType<ModelReference>().SelectMany(m => m.Files());

    private static ModelReference? Optional(string text, string projectDirectory) =>
        text.Trim() is { Length: > 0 } path ? ModelReference.Parse(path, projectDirectory) : null;
}
