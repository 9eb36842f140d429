using TaskArithmetic.Diagnostics;

namespace TaskArithmetic.Gguf;

/// <summary>A GGUF file that was written.</summary>
/// <param name="Findings">Warnings; errors are thrown.</param>
/// <param name="File">The file.</param>
/// <param name="Quantization">How its weights are stored.</param>
/// <param name="InputBytes">Bytes of the model's weight files.</param>
/// <param name="OutputBytes">Bytes of the file.</param>
public sealed record GgufExportReport(IReadOnlyList<Diagnostic> Findings, string File, string Quantization, long InputBytes, long OutputBytes);
