namespace TaskArithmetic.Evaluation.Data;

/// <summary>A public data file whose content is known.</summary>
/// <param name="Path">Where it lies below a data folder, with forward slashes.</param>
/// <param name="Sha256">SHA-256 of its bytes, lower-case hexadecimal.</param>
/// <param name="Origin">Where it is fetched from; null if it may not be fetched for the user.</param>
internal sealed record PinnedFile(string Path, string Sha256, Uri? Origin);
