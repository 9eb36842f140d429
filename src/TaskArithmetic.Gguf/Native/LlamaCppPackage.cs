using System.Runtime.InteropServices;
using TaskArithmetic.Diagnostics;
using TaskArithmetic.Sources.NativePackages;

namespace TaskArithmetic.Gguf.Native;

/// <summary>llama.cpp's native libraries as LLamaSharp packs them: fetched like libtorch, never bundled.</summary>
internal static class LlamaCppPackage
{
    /// <summary>Environment variable that names a folder with the libraries; wins over packages.</summary>
    public const string FolderVariable = "TASKARITHMETIC_LLAMACPP";

    /// <summary>The package for the running platform.</summary>
    /// <exception cref="DiagnosticException">TA5214 it has no build for it.</exception>
    public static NativePackage Current() => LlamaCppPins.Released.TryGetValue(Platform(), out var release)
        ? new("llama.cpp", "LLamaSharp.Backend.Cpu", "0.30.0", release.Folder, FolderVariable, FileName("llama"), release.Pin)
        : throw GgufDiagnostics.NoQuantizer($"no build exists for {Platform()}", null);

    /// <summary>The file name of a library.</summary>
    public static string FileName(string library) =>
        OperatingSystem.IsWindows() ? $"{library}.dll" : OperatingSystem.IsMacOS() ? $"lib{library}.dylib" : $"lib{library}.so";

    private static string Platform()
    {
        var system = OperatingSystem.IsWindows() ? "win" : OperatingSystem.IsMacOS() ? "osx" : "linux";
        var musl = RuntimeInformation.RuntimeIdentifier.Contains("musl", StringComparison.Ordinal) ? "-musl" : "";
        return $"{system}{musl}-{RuntimeInformation.ProcessArchitecture.ToString().ToLowerInvariant()}";
    }
}
