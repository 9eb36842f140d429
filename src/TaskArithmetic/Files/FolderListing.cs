namespace TaskArithmetic.Files;

/// <summary>What really lies in a folder: hidden entries count, links are not followed.</summary>
internal static class FolderListing
{
    /// <summary>Every entry of one folder, hidden and system ones too; unreadable folders are an error.</summary>
    public static EnumerationOptions Everything { get; } = new() { AttributesToSkip = 0, IgnoreInaccessible = false, ReturnSpecialDirectories = false };

    /// <summary>Whatever is there beside the given files: other files and folders, and links, devices and pipes whatever their names.</summary>
    /// <param name="folder">The folder.</param>
    /// <param name="files">Names relative to it, with <c>/</c>.</param>
    /// <returns>Names relative to it in ordinal order; a folder ends in <c>/</c>.</returns>
    public static IReadOnlyList<string> Beside(string folder, IEnumerable<string> files)
    {
        var known = files.ToHashSet(StringComparer.Ordinal);
        var folders = known.SelectMany(FoldersOf).ToHashSet(StringComparer.Ordinal);
        return [.. Beside(folder, "", known, folders).Order(StringComparer.Ordinal)];
    }

    private static IEnumerable<string> Beside(string folder, string prefix, HashSet<string> files, HashSet<string> folders)
    {
        foreach (var entry in new DirectoryInfo(folder).EnumerateFileSystemInfos("*", Everything))
        {
            var name = prefix + entry.Name;
            if (entry.LinkTarget is not null)
                yield return name;
            else if (entry is not DirectoryInfo)
            {
                if (!files.Contains(name) || !FileStatus.Of(entry.FullName).IsRegular)
                    yield return name;
            }
            else if (!folders.Contains(name))
                yield return name + "/";
            else
            {
                foreach (var inner in Beside(entry.FullName, name + "/", files, folders))
                    yield return inner;
            }
        }
    }

    private static IEnumerable<string> FoldersOf(string file)
    {
        for (var slash = file.IndexOf('/'); slash >= 0; slash = file.IndexOf('/', slash + 1))
            yield return file[..slash];
    }
}
