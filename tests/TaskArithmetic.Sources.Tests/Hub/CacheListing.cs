using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace TaskArithmetic.Sources.Tests.Hub;

/// <summary>All that lies in a cache, one line for each folder, link and file, in the words of the recordings.</summary>
internal static partial class CacheListing
{
    public static IReadOnlyList<string> Of(string folder) => !Directory.Exists(folder) ? [] :
    [
        .. new DirectoryInfo(folder).EnumerateFileSystemInfos("*", new EnumerationOptions { RecurseSubdirectories = true, AttributesToSkip = FileAttributes.None })
            .Select(entry => Line(
                Path.GetRelativePath(folder, entry.FullName).Replace('\\', '/'),
                entry.LinkTarget ?? (entry is FileInfo ? Content(UnixTime().Replace(Encoding.Latin1.GetString(File.ReadAllBytes(entry.FullName)), "<unix time>")) : "folder")))
            .Order(StringComparer.Ordinal),
    ];

    public static IReadOnlyList<string> Of(JsonArray recorded) =>
    [
        .. recorded.Select(entry => Line((string)entry!["path"]!, (string)entry["type"]! switch
        {
            "dir" => "folder",
            "link" => (string)entry["target"]!,
            _ => (string?)entry["text"] is { } text ? Content(text) : (string?)entry["sha256"] is { } digest ? $"sha256 {digest}" : Content(""),
        })).Order(StringComparer.Ordinal),
    ];

    private static string Line(string path, string what) => $"{path}: {what}";

    private static string Content(string text) => $"sha256 {Convert.ToHexStringLower(SHA256.HashData(Encoding.Latin1.GetBytes(text)))}";

    [GeneratedRegex(@"(?<=\A[0-9a-f]{40}\n[0-9a-f]{40,64}\n)[0-9.]+(?=\n\z)", RegexOptions.CultureInvariant)]
    private static partial Regex UnixTime();
}
