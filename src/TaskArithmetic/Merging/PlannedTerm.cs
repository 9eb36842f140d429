using TaskArithmetic.Checkpoints;

namespace TaskArithmetic.Merging;

/// <summary>What one term adds to one tensor.</summary>
/// <param name="Index">Place of the term in the recipe.</param>
/// <param name="Alpha">α at this tensor's depth, before normalisation and λ.</param>
/// <param name="From">Tensor of the vector, the donor with the skill, or the model.</param>
/// <param name="Minus">Tensor of the donor without the skill, or null.</param>
internal sealed record PlannedTerm(int Index, double Alpha, CheckpointTensor From, CheckpointTensor? Minus);
