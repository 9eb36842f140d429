namespace TaskArithmetic.Torch.Libtorch;

/// <summary>How libtorch came to be on this machine.</summary>
public enum LibtorchOrigin
{
    /// <summary>The environment variable TASKARITHMETIC_LIBTORCH names its folder.</summary>
    Environment,

    /// <summary>A NuGet package that lay in the global packages folder, such as the SDK's PackageDownload puts there.</summary>
    PackagesFolder,

    /// <summary>A NuGet package fetched just now.</summary>
    Downloaded,
}
