using TaskArithmetic.Torch.Libtorch;

namespace TaskArithmetic.Torch.Tests;

/// <summary>The process's libtorch, on the processor; fetched through our own downloader where the machine lacks it.</summary>
internal static class LoadedLibtorch
{
    private static readonly Lazy<Task<LibtorchRuntime>> Runtime = new(() =>
        LibtorchRuntime.LoadAsync(new LibtorchOptions { Device = new ComputeDevice(ComputeDeviceKind.Cpu) }));

    public static LibtorchRuntime Instance => Runtime.Value.GetAwaiter().GetResult();
}
