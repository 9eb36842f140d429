namespace TaskArithmetic.Torch.Libtorch;

/// <summary>Which libtorch to load.</summary>
public sealed record LibtorchOptions
{
    /// <summary>Where to compute.</summary>
    public ComputeDevice Device { get; init; }

    /// <summary>Whether a missing libtorch may be fetched with NuGet (about 125 MB for the processor, several GB for CUDA).</summary>
    public bool AllowDownload { get; init; } = true;

    /// <summary>The folder from which nuget.config is searched upwards; null is the current one.</summary>
    public string? SettingsFolder { get; init; }

    /// <summary>Threads for computing on the processor; null leaves libtorch's choice, one for each core.</summary>
    public int? Threads { get; init; }
}
