namespace TaskArithmetic.Torch.Libtorch;

/// <summary>A libtorch on this machine.</summary>
/// <param name="Package">What build it is.</param>
/// <param name="Folder">Where its libraries lie.</param>
/// <param name="Origin">How it came there.</param>
internal sealed record LibtorchLocation(LibtorchPackage Package, string Folder, LibtorchOrigin Origin);
