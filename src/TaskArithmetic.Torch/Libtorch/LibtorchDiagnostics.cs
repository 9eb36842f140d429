using TaskArithmetic.Diagnostics;

namespace TaskArithmetic.Torch.Libtorch;

/// <summary>Every reason for which libtorch cannot be had on this machine: codes TA0101 and TA0105 to TA0112. What packages have in common stands in NativePackageDiagnostics.</summary>
internal static class LibtorchDiagnostics
{
    public static Diagnostic UnsupportedPlatform(string platform) => Diagnostic.Error(
        "TA0101", $"libtorch has no build for {platform}. It runs on linux-x64 (glibc), win-x64, win-arm64 and osx-arm64; evaluate through an OpenAI-compatible endpoint instead.", DiagnosticKind.Environment);

    public static Diagnostic LoadFailed(string library, string reason) => Diagnostic.Error(
        "TA0105", $"{library} cannot be loaded: {reason.ReplaceLineEndings(" ").Trim()}. Install what it names, or update the operating system's C and C++ libraries.", DiagnosticKind.Environment)
        with
    { File = library };

    public static Diagnostic Damaged(string library, string reason) => Diagnostic.Error(
        "TA0105", $"{library} cannot be loaded: {reason}. Fetch it again; a download that broke off or a full disk does that.", DiagnosticKind.Environment)
        with
    { File = library };

    public static Diagnostic ShimMissing(string library, string folders) => Diagnostic.Error(
        "TA0106", $"TorchSharp's native library {library} is not beside this program (searched {folders}). Publish with the runtimes folder of the TorchSharp package, or reinstall the tool.", DiagnosticKind.Environment);

    public static Diagnostic InvalidDevice(string text) => Diagnostic.Error(
        "TA0107", $"'{text}' is no device. Use auto, cpu, cuda or cuda:N with N from 0.").At(item: text);

    public static Diagnostic NoCudaDriver(string library) => Diagnostic.Error(
        "TA0108", $"The device cuda was asked for, but the NVIDIA driver is not installed ({library} cannot be loaded). Install a driver for CUDA {LibtorchPackage.CudaVersion} or later, or use the device cpu.", DiagnosticKind.Environment);

    public static Diagnostic CudaNotFound(string package, string version, string packagesFolder) => Diagnostic.Error(
        "TA0109", $"The device cuda was asked for, but libtorch with CUDA is not on this machine and downloads are off. Restore the NuGet package {package} {version} with its parts into {packagesFolder}, allow the download, or use the device cpu.", DiagnosticKind.Environment);

    public static Diagnostic NoCudaDevice(string device, int count) => Diagnostic.Error(
        "TA0110", $"The device {device} was asked for, but libtorch sees {count} CUDA devices. Use one from cuda:0 on, check CUDA_VISIBLE_DEVICES and the driver's version (CUDA {LibtorchPackage.CudaVersion}), or use the device cpu.", DiagnosticKind.Environment);

    public static Diagnostic FragmentsDamaged(string file, string expected, string actual) => Diagnostic.Error(
        "TA0111", $"{file} was put together from its NuGet fragments with the SHA-256 {actual}, but {expected} was published. Delete the libtorch-cuda packages from the global packages folder and try again.", DiagnosticKind.Environment).At(file: file);

    public static Diagnostic AlreadyLoaded(string loaded, string wanted) => Diagnostic.Error(
        "TA0112", $"This process has loaded libtorch from {loaded}, and {wanted} was asked for now. One process can hold one libtorch: start another process for the other device.", DiagnosticKind.Environment);
}
