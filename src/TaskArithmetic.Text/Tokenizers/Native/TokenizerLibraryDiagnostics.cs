using TaskArithmetic.Diagnostics;

namespace TaskArithmetic.Text.Tokenizers.Native;

/// <summary>Why the native tokenizer library cannot run on this machine: TA0120 to TA0129.</summary>
internal static class TokenizerLibraryDiagnostics
{
    public static Diagnostic UnsupportedPlatform(string platform) => Diagnostic.Error(
        "TA0120", $"The tokenizer library has no build for {platform}. It runs on x64 and arm64 of Linux (glibc), macOS and Windows; evaluate there, or through an OpenAI-compatible endpoint without --tokenizer.", DiagnosticKind.Environment);

    public static Diagnostic OldSystem(string found) => Diagnostic.Error(
        "TA0121", $"The tokenizer library needs glibc {TokenizerLibrary.LeastGlibc}, and this system has {found}. Use a newer system or container image (Debian 12, Ubuntu 22.04, RHEL 9 and later have it).", DiagnosticKind.Environment);

    public static Diagnostic LoadFailed(string library, string reason) => Diagnostic.Error(
        "TA0122", $"{library} cannot be loaded: {reason.ReplaceLineEndings(" ").Trim()}. Fetch it again, or install what it names.", DiagnosticKind.Environment).At(file: library);
}
