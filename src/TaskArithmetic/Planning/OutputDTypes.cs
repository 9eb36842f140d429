using TaskArithmetic.Safetensors;

namespace TaskArithmetic.Planning;

/// <summary>How the dtype of a plan's output differs from the target's.</summary>
internal static class OutputDTypes
{
    /// <summary>The dtype most of the target's changed weights have and the one dtype they get; null where nothing changes, or not to one dtype.</summary>
    public static (DType Old, DType New)? Change(MergePlan plan)
    {
        var changed = plan.Tensors.Values.Where(t => !t.IsCopy && t.OutputDType != t.Target.DType).ToList();
        return changed.Select(t => t.OutputDType).Distinct().ToList() is [var dtype]
            ? (changed.GroupBy(t => t.Target.DType).MaxBy(g => g.Sum(t => t.Elements))!.Key, dtype)
            : null;
    }
}
