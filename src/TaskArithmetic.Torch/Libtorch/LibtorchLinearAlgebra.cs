using TaskArithmetic.Methods;
using TorchSharp;

namespace TaskArithmetic.Torch.Libtorch;

/// <summary>
/// Decompositions by libtorch's LAPACK: in double on a processor, where small singular values and near ones then come out right, in float32
/// on a GPU, where double is slow. The last bits may differ between machines and numbers of threads.
/// </summary>
/// <param name="runtime">The loaded libtorch; its device computes.</param>
internal sealed class LibtorchLinearAlgebra(LibtorchRuntime runtime) : ILinearAlgebra
{
    /// <inheritdoc/>
    public (float[] U, float[] S, float[] Vt) Svd(ReadOnlySpan<float> matrix, int rows, int columns)
    {
        using var scope = torch.NewDisposeScope();
        using var noGradient = torch.no_grad();
        var values = torch.tensor(matrix.ToArray(), [rows, columns], dtype: torch.ScalarType.Float32, device: runtime.TorchDevice);
        if (runtime.TorchDevice.type == DeviceType.CPU)
            values = values.to_type(torch.ScalarType.Float64);
        var (u, s, vt) = torch.linalg.svd(values, fullMatrices: false);
        return (Values(u), Values(s), Values(vt));
    }

    private static float[] Values(torch.Tensor tensor) => tensor.to_type(torch.ScalarType.Float32).cpu().contiguous().data<float>().ToArray();
}
