using System.Runtime.InteropServices;
using TaskArithmetic.Diagnostics;
using TaskArithmetic.Sources.NativePackages;

namespace TaskArithmetic.Text.Tokenizers.Native;

/// <summary>The package with the native part of Tokenizers.DotNet, which holds Hugging Face's Rust library tokenizers 0.22.2.</summary>
internal static class TokenizerPackage
{
    /// <summary>The version of the managed part that this project references.</summary>
    public const string Version = "1.4.1";

    /// <summary>The platforms that have a package, with what their library is called.</summary>
    private static readonly Dictionary<string, string> Libraries = new()
    {
        ["linux-x64"] = "libhf_tokenizers.so",
        ["linux-arm64"] = "libhf_tokenizers.so",
        ["osx-x64"] = "libhf_tokenizers.dylib",
        ["osx-arm64"] = "libhf_tokenizers.dylib",
        ["win-x64"] = "hf_tokenizers.dll",
        ["win-arm64"] = "hf_tokenizers.dll",
    };

    /// <summary>The package of the running platform.</summary>
    /// <exception cref="DiagnosticException">TA0120 there is none.</exception>
    public static NativePackage Current
    {
        get
        {
            var system = OperatingSystem.IsWindows() ? "win" : OperatingSystem.IsMacOS() ? "osx" : OperatingSystem.IsLinux() ? "linux" : RuntimeInformation.OSDescription;
            // The portable identifier leaves out distributions but keeps musl, whose programs cannot load glibc libraries.
            var musl = RuntimeInformation.RuntimeIdentifier.Contains("musl", StringComparison.Ordinal) ? "-musl" : "";
            return For($"{system}{musl}-{RuntimeInformation.ProcessArchitecture.ToString().ToLowerInvariant()}");
        }
    }

    /// <summary>The package of a platform; only the one that could be tested has a pin.</summary>
    /// <exception cref="DiagnosticException">TA0120 there is none.</exception>
    public static NativePackage For(string runtimeIdentifier)
    {
        if (!Libraries.TryGetValue(runtimeIdentifier, out var library))
            throw new DiagnosticException(TokenizerLibraryDiagnostics.UnsupportedPlatform(runtimeIdentifier));
        var pin = runtimeIdentifier != "linux-x64" ? null : new NativePackagePin(
            "utLA4CLZVQ1J1nqHHPpHzgA03AKKqnBnstFNzrpXjizSKTQ+MIAzX1rMsVlm9StOZB9D8WZN1ybrYf015pPSeQ==",
            new Dictionary<string, string> { [library] = "e564c46322952fb344618d892d9f74291c7a658f800fbb00cde6c2401f72aa6f" });
        return new("the tokenizer library", $"Tokenizers.DotNet.runtime.{runtimeIdentifier}", Version, $"runtimes/{runtimeIdentifier}/native", "TASKARITHMETIC_TOKENIZERS", library, pin);
    }
}
