using System.Security.Cryptography;
using System.Text;
using TaskArithmetic.Caching;
using TaskArithmetic.Diagnostics;
using TaskArithmetic.Files;

namespace TaskArithmetic.Torch.Libtorch;

/// <summary>Decides which packages' native code may run in this process: those whose digests are pinned.</summary>
/// <param name="pins">The packages that may.</param>
internal sealed class LibtorchTrust(IReadOnlyList<LibtorchPin> pins)
{
    /// <summary>Environment variable that allows packages without pins, when it is <c>1</c>. Pinned ones must match all the same.</summary>
    public const string UnpinnedVariable = "TASKARITHMETIC_UNPINNED_LIBTORCH";

    /// <summary>The packages of this release.</summary>
    public static LibtorchTrust Released { get; } = new(LibtorchPin.Released);

    /// <summary>What a package must be; null if it has no pin and the user allows it all the same.</summary>
    /// <exception cref="DiagnosticException">TA0114 it has no pin.</exception>
    public LibtorchPin? Require(string packageId, string version) =>
        pins.FirstOrDefault(pin => pin.PackageId.Equals(packageId, StringComparison.OrdinalIgnoreCase) && pin.Version == version)
        ?? (AllowsUnpinned ? null : throw new DiagnosticException(LibtorchDiagnostics.NotPinned(packageId, version)));

    /// <summary>Whether a package may be used at all.</summary>
    public bool Knows(LibtorchPackage package) => AllowsUnpinned || pins.Any(pin => pin.PackageId == package.Id && pin.Version == package.Version);

    /// <summary>
    /// Compares the libraries in an extracted package with the pinned ones. That is remembered by what the file system
    /// says of the files, times of change included, since it means reading half a gigabyte.
    /// </summary>
    /// <exception cref="DiagnosticException">TA0113 a file is another, is missing or is too many; TA0114 the package has no pin.</exception>
    public void Check(LibtorchLocation location)
    {
        // A folder that the user names with the environment variable is the user's own affair.
        if (location.Origin == LibtorchOrigin.Environment || Require(location.Package.Id, location.Package.Version) is not { } pin)
            return;
        // A library that lies beside the others is found by them before the system's, so there must be no further one.
        var names = Directory.EnumerateFileSystemEntries(location.Folder).Select(path => Path.GetFileName(path)!).ToHashSet(StringComparer.Ordinal);
        if (names.Except(pin.Libraries.Keys).Order(StringComparer.Ordinal).FirstOrDefault() is { } further)
            throw new DiagnosticException(LibtorchDiagnostics.OtherLibrary(Path.Combine(location.Folder, further), pin.PackageId, "it is no part of the package"));
        if (pin.Libraries.Keys.Except(names).FirstOrDefault() is { } missing)
            throw new DiagnosticException(LibtorchDiagnostics.OtherLibrary(Path.Combine(location.Folder, missing), pin.PackageId, "it is missing"));

        // Without a folder for caches the files are read at every start.
        var memory = CacheFolder.Default is { } cache ? Path.Combine(cache, "libtorch", "checked", Fingerprint(pin, location.Folder)) : null;
        if (memory is not null && File.Exists(memory))
            return;
        foreach (var (name, digest) in pin.Libraries)
            Check(Path.Combine(location.Folder, name), digest, pin.PackageId);
        if (memory is not null)
            Remember(memory);
    }

    private static bool AllowsUnpinned => Environment.GetEnvironmentVariable(UnpinnedVariable) == "1";

    private static void Check(string file, string expected, string packageId)
    {
        string actual;
        try
        {
            using var stream = new FileStream(RegularFile.Open(file), FileAccess.Read, bufferSize: 0);
            actual = Convert.ToHexStringLower(SHA256.HashData(stream));
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new DiagnosticException(LibtorchDiagnostics.OtherLibrary(file, packageId, exception.Message), exception);
        }
        if (actual != expected)
            throw new DiagnosticException(LibtorchDiagnostics.OtherLibrary(file, packageId, $"its SHA-256 is {actual}, and {expected} was tested"));
    }

    /// <summary>A name for this package's files as they lie there now; links are followed.</summary>
    private static string Fingerprint(LibtorchPin pin, string folder)
    {
        var text = new StringBuilder(pin.PackageDigest).AppendLine(folder);
        foreach (var name in pin.Libraries.Keys.Order(StringComparer.Ordinal))
        {
            try
            {
                text.AppendLine($"{name} {pin.Libraries[name]} {FileStatus.Of(Path.Combine(folder, name))}");
            }
            catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
            {
                throw new DiagnosticException(LibtorchDiagnostics.OtherLibrary(Path.Combine(folder, name), pin.PackageId, exception.Message), exception);
            }
        }
        return Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text.ToString())));
    }

    private static void Remember(string memory)
    {
        try
        {
            AtomicFile.Write(memory, _ => { });
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            // Nothing is remembered then, and the next start reads the files again.
        }
    }
}
