using TaskArithmetic.Checkpoints;
using TaskArithmetic.Diagnostics;

namespace TaskArithmetic.Extraction;

/// <summary>A vector that was extracted.</summary>
/// <param name="Findings">Warnings; errors are thrown.</param>
/// <param name="Metadata">What the file says of itself.</param>
/// <param name="CacheHit">Whether it came from the cache.</param>
/// <param name="Files">The files written, the index included.</param>
public sealed record ExtractReport(IReadOnlyList<Diagnostic> Findings, VectorMetadata Metadata, bool CacheHit, IReadOnlyList<string> Files);
