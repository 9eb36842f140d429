using TaskArithmetic.Checkpoints;
using TaskArithmetic.Recipes;
using TaskArithmetic.Safetensors;

namespace TaskArithmetic.Merging;

/// <summary>One tensor of the output and what it is made of.</summary>
/// <param name="Name">Its name in target and output.</param>
/// <param name="Target">The target's tensor.</param>
/// <param name="Coefficients">The factors of its arithmetic.</param>
/// <param name="OutputDType">Dtype it is rounded to.</param>
/// <param name="Terms">What is added, in declared order.</param>
internal sealed record PlannedTensor(
    string Name, CheckpointTensor Target, Coefficients Coefficients, DType OutputDType, IReadOnlyList<PlannedTerm> Terms)
{
    /// <summary>Whether the target's bytes go to the output as they are.</summary>
    public bool IsCopy => Terms.Count == 0 && OutputDType == Target.Info.DType;
}
