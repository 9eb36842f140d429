using TaskArithmetic.Methods;
using TorchSharp;

namespace TaskArithmetic.Torch.Libtorch;

/// <summary>Decompositions by libtorch's LAPACK, in float32.</summary>
/// <param name="runtime">The loaded libtorch; its device computes.</param>
internal sealed class LibtorchLinearAlgebra(LibtorchRuntime runtime) : ILinearAlgebra
{
    /// <inheritdoc/>
    public (float[] U, float[] S, float[] Vt) Svd(ReadOnlySpan<float> matrix, int rows, int columns)
    {
        using var scope = torch.NewDisposeScope();
        using var noGradient = torch.no_grad();
        var values = torch.tensor(matrix.ToArray(), [rows, columns], dtype: torch.ScalarType.Float32, device: runtime.TorchDevice);
        var (u, s, vt) = torch.linalg.svd(values, fullMatrices: false);
        return (Values(u), Values(s), Values(vt));
    }

    private static float[] Values(torch.Tensor tensor) => tensor.cpu().contiguous().data<float>().ToArray();
}
