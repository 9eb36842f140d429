using TaskArithmetic.Caching;
using TaskArithmetic.Files;
using TaskArithmetic.Provenance;

namespace TaskArithmetic.Outputs;

/// <summary>What lies in a model folder, held against its record.</summary>
internal static class ModelFolderContents
{
    /// <summary>Everything that the record does not list; links, devices and pipes are never what it lists.</summary>
    public static IReadOnlyList<string> Unlisted(string folder, ProvenanceFile record) =>
        FolderListing.Beside(folder, record.Outputs.Select(o => o.Name).Append(ProvenanceFile.FileName));

    /// <summary>
    /// Listed files that a person may have changed. Weights are not read: 15 GB would be hashed at every build, and nobody edits them by
    /// hand. An empty file holds no work.
    /// </summary>
    public static IReadOnlyList<string> EditedTexts(string folder, ProvenanceFile record)
    {
        return [.. record.Outputs.Where(o => !IsWeights(o.Name) && IsEdited(o)).Select(o => o.Name)];

        bool IsEdited(FileRecord file)
        {
            var path = Path.Combine(folder, file.Name);
            if (!File.Exists(path) || FileStatus.Of(path) is not { IsRegular: true, Size: > 0 and var size })
                return false;
            return size != file.Size || DigestOf(path) != file.Sha256;
        }
    }

    /// <summary>Whether a file holds weights or says where they are.</summary>
    public static bool IsWeights(string name) =>
        name.EndsWith(".safetensors", StringComparison.Ordinal) || name.EndsWith(".safetensors.index.json", StringComparison.Ordinal);

    /// <summary>SHA-256 of a file that may be anything, lower-case hex.</summary>
    public static string DigestOf(string path)
    {
        using var handle = RegularFile.Open(path);
        using var stream = new FileStream(handle, FileAccess.Read, bufferSize: 0);
        return Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(stream));
    }
}
