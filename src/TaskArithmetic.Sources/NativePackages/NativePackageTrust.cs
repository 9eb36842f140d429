using System.Security.Cryptography;
using System.Text;
using TaskArithmetic.Caching;
using TaskArithmetic.Diagnostics;
using TaskArithmetic.Files;

namespace TaskArithmetic.Sources.NativePackages;

/// <summary>Holds native code to its pin before it may run in this process.</summary>
internal static class NativePackageTrust
{
    /// <summary>
    /// Compares the files of an extracted package with the pinned ones. That is remembered by what the file system says of
    /// the files, times of change included, since it can mean reading half a gigabyte.
    /// </summary>
    /// <exception cref="DiagnosticException">TA0113 a file is another, is missing or is too many; TA0114 the package has no pin.</exception>
    public static void Check(NativePackage package, NativeLocation location)
    {
        // A folder that the user names with the environment variable is the user's own affair.
        if (location.Origin == NativeOrigin.Environment || package.Require(package.Identity) is not { } pin)
            return;
        foreach (var folder in pin.Files.Keys.Select(FolderOf).Append("").Distinct())
            RefuseFurther(package, pin, location.Folder, folder);
        if (pin.Files.Keys.FirstOrDefault(name => !Exists(Path.Combine(location.Folder, name))) is { } missing)
            throw new DiagnosticException(NativePackageDiagnostics.OtherLibrary(package, Path.Combine(location.Folder, missing), "it is missing"));

        // Without a folder for caches the files are read at every start.
        var memory = CacheFolder.Default is { } cache ? Path.Combine(cache, "native", "checked", Fingerprint(package, pin, location.Folder)) : null;
        if (memory is not null && File.Exists(memory))
            return;
        foreach (var (name, digest) in pin.Files)
            CheckFile(package, Path.Combine(location.Folder, name), digest);
        if (memory is not null)
            Remember(memory);
    }

    /// <summary>A library that lies beside the others is found by them before the system's, so there must be no further one.</summary>
    private static void RefuseFurther(NativePackage package, NativePackagePin pin, string root, string folder)
    {
        var below = Path.Combine(root, folder);
        if (!Directory.Exists(below))
            return;
        var expected = pin.Files.Keys.SelectMany(name => (string[])[name, FolderOf(name)]).ToHashSet(StringComparer.Ordinal);
        var names = Directory.EnumerateFileSystemEntries(below).Select(path => folder.Length > 0 ? $"{folder}/{Path.GetFileName(path)}" : Path.GetFileName(path));
        if (names.Where(name => !expected.Contains(name)).Order(StringComparer.Ordinal).FirstOrDefault() is { } further)
            throw new DiagnosticException(NativePackageDiagnostics.OtherLibrary(package, Path.Combine(root, further), "it is no part of the package"));
    }

    private static string FolderOf(string name) => name.LastIndexOf('/') is > 0 and var end ? name[..end] : "";

    /// <summary>Links that lead nowhere exist here, so that what is said of them is what is wrong with them.</summary>
    private static bool Exists(string path) => File.Exists(path) || new FileInfo(path).LinkTarget is not null;

    private static void CheckFile(NativePackage package, string file, string expected)
    {
        string actual;
        try
        {
            using var stream = new FileStream(RegularFile.Open(file), FileAccess.Read, bufferSize: 0);
            actual = Convert.ToHexStringLower(SHA256.HashData(stream));
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new DiagnosticException(NativePackageDiagnostics.OtherLibrary(package, file, exception.Message), exception);
        }
        if (actual != expected)
            throw new DiagnosticException(NativePackageDiagnostics.OtherLibrary(package, file, $"its SHA-256 is {actual}, and {expected} was tested"));
    }

    /// <summary>A name for this package's files as they lie there now; links are followed.</summary>
    private static string Fingerprint(NativePackage package, NativePackagePin pin, string folder)
    {
        var text = new StringBuilder(pin.PackageDigest).AppendLine(folder);
        foreach (var name in pin.Files.Keys.Order(StringComparer.Ordinal))
        {
            try
            {
                text.AppendLine($"{name} {pin.Files[name]} {FileStatus.Of(Path.Combine(folder, name))}");
            }
            catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
            {
                throw new DiagnosticException(NativePackageDiagnostics.OtherLibrary(package, Path.Combine(folder, name), exception.Message), exception);
            }
        }
        return Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text.ToString())));
    }

    private static void Remember(string memory)
    {
        try
        {
            // An empty file is there whole or not at all; one written beside its place could be left there by a kill.
            Directory.CreateDirectory(Path.GetDirectoryName(memory)!);
            File.Create(memory).Dispose();
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            // Nothing is remembered then, and the next start reads the files again.
        }
    }
}
