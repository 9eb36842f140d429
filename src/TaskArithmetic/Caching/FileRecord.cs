namespace TaskArithmetic.Caching;

/// <summary>A file with the digest of its bytes.</summary>
/// <param name="Name">Name relative to the folder it belongs to, with <c>/</c>.</param>
/// <param name="Size">Length in bytes.</param>
/// <param name="Sha256">SHA-256, lower-case hex.</param>
public sealed record FileRecord(string Name, long Size, string Sha256);
