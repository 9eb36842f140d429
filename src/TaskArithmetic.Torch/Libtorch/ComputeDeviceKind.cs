namespace TaskArithmetic.Torch.Libtorch;

/// <summary>Kinds of devices that compute.</summary>
public enum ComputeDeviceKind
{
    /// <summary>An NVIDIA device if driver and libtorch's CUDA build are on the machine, else the processor.</summary>
    Auto,

    /// <summary>The processor.</summary>
    Cpu,

    /// <summary>An NVIDIA device.</summary>
    Cuda,
}
