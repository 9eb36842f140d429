using System.Globalization;
using System.Security.Cryptography;
using TaskArithmetic.Caching;
using TaskArithmetic.Diagnostics;
using TaskArithmetic.Files;
using TaskArithmetic.Sources.NativePackages;

namespace TaskArithmetic.Torch.Libtorch;

/// <summary>
/// Brings the libraries of a CUDA build, spread over many packages, into one folder of the user's cache. A library too
/// big for one package lies in a "-primary" package with its SHA-256 beside it, and continues as X.fragment1,
/// X.fragment2 … in sibling packages.
/// </summary>
internal static class CudaPackageAssembly
{
    private const string CompleteMarker = ".complete";

    /// <summary>The folder with all libraries; packages stay as they are.</summary>
    /// <exception cref="DiagnosticException">TA0111 a restored library is not what was published.</exception>
    public static string Assemble(LibtorchPlatform platform, NativePackage package, IReadOnlyList<string> packageFolders)
    {
        var target = Path.Combine(CacheFolder.Required, "libtorch", package.Id, package.Version);
        var marker = Path.Combine(target, CompleteMarker);
        if (File.Exists(marker))
            return target;

        var fragments = packageFolders.SelectMany(folder => Files(Path.Combine(folder, "fragments"))).ToLookup(LibraryOfFragment);
        var natives = packageFolders.SelectMany(folder => Files(Path.Combine(folder, "runtimes", platform.RuntimeIdentifier, "native")));
        foreach (var source in natives.Where(file => !file.EndsWith(".sha", StringComparison.OrdinalIgnoreCase)))
        {
            var name = Path.GetFileName(source);
            string[] parts = [source, .. fragments[name].OrderBy(FragmentNumber)];
            var expected = File.Exists(source + ".sha") && parts.Length > 1 ? File.ReadAllText(source + ".sha").Trim() : null;
            Place(parts, Path.Combine(target, name), expected);
        }
        AtomicFile.Write(marker, _ => { });
        return target;
    }

    private static IEnumerable<string> Files(string folder) =>
        Directory.Exists(folder) ? Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories) : [];

    private static string LibraryOfFragment(string file) =>
        Path.GetFileName(file) is var name && name.LastIndexOf(".fragment", StringComparison.Ordinal) is > 0 and var at ? name[..at] : name;

    private static int FragmentNumber(string file) =>
        int.TryParse(Path.GetExtension(file)[".fragment".Length..], NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : 0;

    private static void Place(IReadOnlyList<string> parts, string target, string? expectedDigest)
    {
        if (parts.Count == 1 && !OperatingSystem.IsWindows())
        {
            Directory.CreateDirectory(Path.GetDirectoryName(target)!);
            File.Delete(target);
            File.CreateSymbolicLink(target, parts[0]);
            return;
        }
        AtomicFile.Write(target, stream => Join(parts, stream, target, expectedDigest));
    }

    private static void Join(IReadOnlyList<string> parts, FileStream stream, string target, string? expectedDigest)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var buffer = new byte[1 << 20];
        foreach (var part in parts)
        {
            using var source = File.OpenRead(part);
            for (var read = source.Read(buffer); read > 0; read = source.Read(buffer))
            {
                hash.AppendData(buffer, 0, read);
                stream.Write(buffer, 0, read);
            }
        }
        var digest = Convert.ToHexStringLower(hash.GetHashAndReset());
        if (expectedDigest is not null && !digest.Equals(expectedDigest, StringComparison.OrdinalIgnoreCase))
            throw new DiagnosticException(LibtorchDiagnostics.FragmentsDamaged(target, expectedDigest, digest));
    }
}
