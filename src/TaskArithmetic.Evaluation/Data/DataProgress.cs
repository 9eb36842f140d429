namespace TaskArithmetic.Evaluation.Data;

/// <summary>How far the fetching of a data file is.</summary>
/// <param name="File">The file, as a path below the data folder.</param>
/// <param name="BytesRead">Bytes read so far.</param>
/// <param name="TotalBytes">Bytes in all, or null if the origin does not say.</param>
public sealed record DataProgress(string File, long BytesRead, long? TotalBytes);
