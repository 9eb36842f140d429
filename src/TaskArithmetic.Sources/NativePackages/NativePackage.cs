using NuGet.Packaging.Core;
using NuGet.Versioning;
using TaskArithmetic.Diagnostics;

namespace TaskArithmetic.Sources.NativePackages;

/// <summary>A NuGet package whose native libraries this release runs, and where a user may put other ones.</summary>
/// <param name="Name">What it is, as messages say it: <c>libtorch</c>.</param>
/// <param name="Id">The package.</param>
/// <param name="Version">Its version.</param>
/// <param name="NativeFolder">
/// The folder of its native files within the package, with slashes: <c>runtimes/linux-x64/native</c>, or a folder below it where a
/// package carries one build for each kind of processor.
/// </param>
/// <param name="FolderVariable">Environment variable that names a folder to use instead: the user's own affair, and not compared with the pin.</param>
/// <param name="ProbeFile">A file that every folder with these libraries has, such as <c>libtorch_cpu.so</c>.</param>
/// <param name="Pin">What was tested; null if this release has never seen the package.</param>
internal sealed record NativePackage(string Name, string Id, string Version, string NativeFolder, string FolderVariable, string ProbeFile, NativePackagePin? Pin)
{
    /// <summary>Environment variable that allows every package without a pin, when it is <c>1</c>.</summary>
    public const string UnpinnedVariableOfAll = "TASKARITHMETIC_UNPINNED_PACKAGES";

    /// <summary>Environment variable that allows this package without a pin, when it is <c>1</c>. A pinned one must match all the same.</summary>
    public string UnpinnedVariable { get; init; } = UnpinnedVariableOfAll;

    /// <summary>What the names of its dependencies begin with that carry parts of it; null if it is whole by itself.</summary>
    public string? PartPrefix { get; init; }

    /// <summary>Whether it may be fetched and loaded without a pin.</summary>
    public bool AllowsUnpinned =>
        Environment.GetEnvironmentVariable(UnpinnedVariable) == "1" || Environment.GetEnvironmentVariable(UnpinnedVariableOfAll) == "1";

    /// <summary>Its name and version as NuGet knows them.</summary>
    public PackageIdentity Identity => new(Id, NuGetVersion.Parse(Version));

    /// <summary>The folder that the environment names, or its <c>lib</c>; null if it names none.</summary>
    /// <exception cref="DiagnosticException">TA0104 the libraries are not there.</exception>
    public string? OwnFolder()
    {
        if (Environment.GetEnvironmentVariable(FolderVariable) is not { Length: > 0 } folder)
            return null;
        var found = ((string[])[folder, Path.Combine(folder, "lib")]).FirstOrDefault(candidate => File.Exists(Path.Combine(candidate, ProbeFile)))
            ?? throw new DiagnosticException(NativePackageDiagnostics.FolderWithoutLibrary(this, folder));
        return Path.GetFullPath(found);
    }

    /// <summary>What this package or a part of it must be; null if it has no pin and the user allows it all the same.</summary>
    /// <exception cref="DiagnosticException">TA0114 it has no pin.</exception>
    public NativePackagePin? Require(PackageIdentity identity)
    {
        if (Pin is not null && identity.Equals(Identity))
            return Pin;
        return AllowsUnpinned ? null : throw new DiagnosticException(NativePackageDiagnostics.NotPinned(this, identity));
    }
}

/// <summary>What a package holds, as it was when this release was tested with it.</summary>
/// <param name="PackageDigest">
/// SHA-512 of the whole .nupkg file, in base64, as NuGet writes it to the .nupkg.sha512 file (not the contentHash of .nupkg.metadata,
/// which leaves the signature out).
/// </param>
/// <param name="Files">Every file below the native folder, by its path in it with slashes, with its SHA-256 in hexadecimal.</param>
internal sealed record NativePackagePin(string PackageDigest, IReadOnlyDictionary<string, string> Files);
