using NuGet.Packaging.Core;
using TaskArithmetic.Diagnostics;

namespace TaskArithmetic.Sources.NativePackages;

/// <summary>Every reason for which a package of native libraries cannot be had: TA0102 to TA0104, TA0113 and TA0114.</summary>
internal static class NativePackageDiagnostics
{
    public static Diagnostic NotFound(NativePackage package, string packagesFolder) => Diagnostic.Error(
        "TA0102", $"{package.Name} is not on this machine and downloads are off. Restore the NuGet package {package.Id} {package.Version} into {packagesFolder}, allow the download, or set {package.FolderVariable} to a folder that holds {package.Name} {package.Version}.", DiagnosticKind.Environment);

    public static Diagnostic DownloadFailed(NativePackage package, PackageIdentity identity, string reasons) => Diagnostic.Error(
        "TA0103", $"The NuGet package {Text(identity)} could not be fetched: {reasons}. Check the package sources of your nuget.config and the network, or set {package.FolderVariable} to a folder that holds {package.Name} {package.Version}.", DiagnosticKind.Environment);

    public static Diagnostic FolderWithoutLibrary(NativePackage package, string folder) => Diagnostic.Error(
        "TA0104", $"{package.FolderVariable} names {folder}, which does not hold {package.ProbeFile}. Set it to the folder of {package.Name}'s libraries or to the one above their lib, or unset it.", DiagnosticKind.Environment).At(file: folder);

    public static Diagnostic OtherLibrary(NativePackage package, string file, string reason) => Diagnostic.Error(
        "TA0113", $"{file} is not what this release was tested with as {package.Id}: {reason}. Its native code is not run. Delete the package's folder, or name a {package.Name} that you trust with {package.FolderVariable}.", DiagnosticKind.Environment)
        .At(file: file);

    public static Diagnostic OtherPackage(NativePackage package, string source, string expected, string actual) => Diagnostic.Error(
        "TA0113", $"The package source {source} has another {package.Id} {package.Version} than this release was tested with: its SHA-512 is {actual}, not {expected}. Nothing of it was extracted. Check the package sources of your nuget.config, or name a {package.Name} that you trust with {package.FolderVariable}.", DiagnosticKind.Environment);

    public static Diagnostic NotPinned(NativePackage package, PackageIdentity identity) => Diagnostic.Error(
        "TA0114", $"This release knows no digest of the package {Text(identity)}, so it is neither fetched nor loaded. Name a folder with a {package.Name} that you trust with {package.FolderVariable}, or set {package.UnpinnedVariable}=1 to take the package as your package sources give it.", DiagnosticKind.Environment);

    private static string Text(PackageIdentity identity) => $"{identity.Id} {identity.Version.ToNormalizedString()}";
}
