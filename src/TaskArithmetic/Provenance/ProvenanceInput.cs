using TaskArithmetic.Caching;

namespace TaskArithmetic.Provenance;

/// <summary>A checkpoint that went into a model.</summary>
/// <param name="Role"><c>base</c>, <c>from</c>, <c>minus</c>, <c>vector</c> or <c>model</c>.</param>
/// <param name="Reference">How it was given.</param>
/// <param name="Files">Its weight files and configuration.</param>
public sealed record ProvenanceInput(string Role, string Reference, IReadOnlyList<FileRecord> Files);
