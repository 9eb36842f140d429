using TaskArithmetic.Checkpoints;
using TaskArithmetic.Methods;
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

    /// <summary>
    /// Whether the output is the target's bytes although terms are measured: every factor is 0. Arithmetic would not give them back, since −0 + 0 is +0
    /// and float32 holds no float64.
    /// </summary>
    public bool KeepsTarget => OutputDType == Target.Info.DType
        && Coefficients is { Method: MergeMethod.TaskArithmetic, Precision: Precision.Exact } c
        && Terms.All(t => c.ExactFactor(t.Alpha) == 0);
}
