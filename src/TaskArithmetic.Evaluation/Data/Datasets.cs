using TaskArithmetic.Text.Python;

namespace TaskArithmetic.Evaluation.Data;

/// <summary>The documents of one benchmark, by split.</summary>
/// <param name="Splits">Rows of each split that was loaded, in file order. A row is a dictionary from column to value.</param>
/// <param name="Variables">Texts that belong to the data as a whole and that templates may use besides the columns; not part of any row's hash.</param>
internal sealed record Dataset(
    IReadOnlyDictionary<string, IReadOnlyList<PythonDictionary>> Splits, IReadOnlyDictionary<string, PythonValue> Variables)
{
    public static readonly IReadOnlyDictionary<string, PythonValue> NoVariables = new Dictionary<string, PythonValue>();
}

/// <summary>How far the fetching of a data file is.</summary>
/// <param name="File">The file, as a path below the data folder.</param>
/// <param name="BytesRead">Bytes read so far.</param>
/// <param name="TotalBytes">Bytes in all, or null if the origin does not say.</param>
public sealed record DataProgress(string File, long BytesRead, long? TotalBytes);

/// <summary>A public data file whose content is known.</summary>
/// <param name="Path">Where it lies below a data folder, with forward slashes.</param>
/// <param name="Sha256">SHA-256 of its bytes, lower-case hexadecimal.</param>
/// <param name="Origin">Where it is fetched from; null if it may not be fetched for the user.</param>
internal sealed record PinnedFile(string Path, string Sha256, Uri? Origin);
