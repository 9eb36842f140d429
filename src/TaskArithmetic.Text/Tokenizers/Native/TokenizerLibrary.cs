using System.Runtime.InteropServices;
using TaskArithmetic.Diagnostics;
using TaskArithmetic.Sources.NativePackages;
using Tokenizers.DotNet;

namespace TaskArithmetic.Text.Tokenizers.Native;

/// <summary>The native tokenizer library of this process: found or fetched, checked, loaded once.</summary>
internal static partial class TokenizerLibrary
{
    // Native libraries belong to the process: they are loaded once and stay.
    private static readonly SemaphoreSlim Loading = new(1, 1);
    private static nint handle;

    // What the managed part calls; a library of that name without them is another one.
    private static readonly string[] Functions = ["tokenizer_initialize", "tokenizer_encode", "tokenizer_decode", "tokenizer_cleanup", "get_last_error_message", "free_u8_string"];

    /// <summary>The oldest C library of Linux that the package's build runs with.</summary>
    public static Version LeastGlibc { get; } = new(2, 34);

    /// <summary>Finds or fetches the library and loads it; later calls do nothing.</summary>
    /// <param name="progress">Hears what is fetched from where.</param>
    /// <param name="cancellationToken">Ends a download.</param>
    /// <exception cref="DiagnosticException">TA0102–TA0104, TA0113, TA0114 the package cannot be had; TA0120–TA0122 it does not run here.</exception>
    public static async Task LoadAsync(IProgress<string>? progress = null, CancellationToken cancellationToken = default)
    {
        if (handle != 0)
            return;
        await Loading.WaitAsync(cancellationToken);
        try
        {
            if (handle != 0)
                return;
            var package = TokenizerPackage.Current;
            RequireSystem(SystemGlibc());
            var location = await NativePackageClient.At().ObtainAsync(package, progress: progress, cancellationToken: cancellationToken);
            handle = Load(Path.Combine(location.Folder, package.ProbeFile));
            NativeLibrary.SetDllImportResolver(typeof(Tokenizer).Assembly, (name, _, _) => name == "hf_tokenizers" ? handle : 0);
        }
        finally
        {
            Loading.Release();
        }
    }

    /// <summary>Refuses a Linux without the C library that the package's build asks for; the loader would say so in words of its own.</summary>
    /// <param name="glibc">Its version; null where there is none to ask.</param>
    /// <exception cref="DiagnosticException">TA0121.</exception>
    public static void RequireSystem(Version? glibc)
    {
        if (OperatingSystem.IsLinux() && (glibc is null || glibc < LeastGlibc))
            throw new DiagnosticException(TokenizerLibraryDiagnostics.OldSystem(glibc is null ? "another C library" : $"glibc {glibc}"));
    }

    /// <exception cref="DiagnosticException">TA0122.</exception>
    internal static nint Load(string path)
    {
        if (OperatingSystem.IsLinux() && ElfImage.Problem(path) is { } problem)
            throw new DiagnosticException(TokenizerLibraryDiagnostics.LoadFailed(path, problem));
        try
        {
            var library = NativeLibrary.Load(path);
            foreach (var function in Functions)
                NativeLibrary.GetExport(library, function);
            return library;
        }
        catch (Exception exception) when (exception is DllNotFoundException or BadImageFormatException or EntryPointNotFoundException)
        {
            throw new DiagnosticException(TokenizerLibraryDiagnostics.LoadFailed(path, exception.Message), exception);
        }
    }

    private static Version? SystemGlibc()
    {
        try
        {
            return OperatingSystem.IsLinux() && Version.TryParse(Marshal.PtrToStringUTF8(GlibcVersion()), out var version) ? version : null;
        }
        catch (Exception exception) when (exception is EntryPointNotFoundException or DllNotFoundException)
        {
            return null;
        }
    }

    [LibraryImport("libc.so.6", EntryPoint = "gnu_get_libc_version")]
    private static partial nint GlibcVersion();
}
