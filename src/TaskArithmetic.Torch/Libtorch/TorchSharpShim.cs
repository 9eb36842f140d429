using System.Runtime.InteropServices;
using System.Security.Cryptography;
using TaskArithmetic.Caching;
using TaskArithmetic.Diagnostics;
using TaskArithmetic.Files;
using TaskArithmetic.Sources.NativePackages;

namespace TaskArithmetic.Torch.Libtorch;

/// <summary>TorchSharp's native library, which calls libtorch.</summary>
/// <param name="Path">The file that was loaded.</param>
/// <param name="Weakened">Whether it is a copy with a weak version need.</param>
/// <param name="Handle">Its handle.</param>
internal sealed record TorchSharpShim(string Path, bool Weakened, nint Handle)
{
    /// <summary>
    /// TorchSharp 0.107.0 is built with a C++ library newer than Debian 12, Ubuntu 22.04 and RHEL 9 have. The one
    /// symbol of this version has no relocation, so nothing is lost when the need of it is weak.
    /// </summary>
    public const string TooNewVersion = "GLIBCXX_3.4.32";

    /// <summary>Finds the file where builds and published programs put it.</summary>
    /// <exception cref="DiagnosticException">TA0106 it is nowhere.</exception>
    public static string Find(LibtorchPlatform platform, string torchSharpFolder)
    {
        var fileName = platform.FileName("LibTorchSharp");
        var native = System.IO.Path.Combine("runtimes", platform.RuntimeIdentifier, "native");
        var probed = (AppContext.GetData("NATIVE_DLL_SEARCH_DIRECTORIES") as string ?? "").Split(System.IO.Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries);
        string[] folders = [.. ((string[])[AppContext.BaseDirectory, torchSharpFolder]).SelectMany(folder => (string[])[folder, System.IO.Path.Combine(folder, native)]), .. probed];
        return folders.Select(folder => System.IO.Path.Combine(folder, fileName)).FirstOrDefault(File.Exists)
            ?? throw new DiagnosticException(LibtorchDiagnostics.ShimMissing(fileName, string.Join(", ", folders.Distinct())));
    }

    /// <summary>Loads the library, or where the system's C++ library is too old a copy with a weak need. libtorch must be loaded.</summary>
    /// <exception cref="DiagnosticException">TA0105 neither can be loaded.</exception>
    public static TorchSharpShim Load(string path)
    {
        if (OperatingSystem.IsLinux() && ElfImage.Problem(path) is { } problem)
            throw new DiagnosticException(LibtorchDiagnostics.Damaged(path, problem));
        try
        {
            return new(path, Weakened: false, NativeLibrary.Load(path));
        }
        catch (DllNotFoundException exception)
        {
            if (!OperatingSystem.IsLinux() || WeakenedCopy(path) is not { } copy)
                throw new DiagnosticException(LibtorchDiagnostics.LoadFailed(path, exception.Message), exception);
            try
            {
                return new(copy, Weakened: true, NativeLibrary.Load(copy));
            }
            catch (DllNotFoundException second)
            {
                throw new DiagnosticException(LibtorchDiagnostics.LoadFailed(copy, second.Message), second);
            }
        }
    }

    /// <summary>The copy in the user's cache, made once for each version of the file; null if the file has no such need.</summary>
    public static string? WeakenedCopy(string path)
    {
        var library = File.ReadAllBytes(path);
        var digest = Convert.ToHexStringLower(SHA256.HashData(library));
        if (!ElfVersionNeeds.Weaken(library, TooNewVersion))
            return null;
        var copy = System.IO.Path.Combine(CacheFolder.Required, "libtorchsharp", digest, System.IO.Path.GetFileName(path));
        // Compared whole, so that a damaged copy is replaced rather than loaded.
        if (!File.Exists(copy) || !File.ReadAllBytes(copy).AsSpan().SequenceEqual(library))
            AtomicFile.Write(copy, stream => stream.Write(library));
        return copy;
    }
}
