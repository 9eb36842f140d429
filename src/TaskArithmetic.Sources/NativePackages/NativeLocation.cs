namespace TaskArithmetic.Sources.NativePackages;

/// <summary>Native libraries on this machine.</summary>
/// <param name="Folder">Where they lie.</param>
/// <param name="Origin">How they came there.</param>
internal sealed record NativeLocation(string Folder, NativeOrigin Origin);

/// <summary>How native libraries came to be on this machine.</summary>
public enum NativeOrigin
{
    /// <summary>An environment variable names their folder.</summary>
    Environment,

    /// <summary>A NuGet package that lay in a packages folder, such as the SDK's PackageDownload puts there.</summary>
    PackagesFolder,

    /// <summary>A NuGet package fetched just now.</summary>
    Downloaded,
}
