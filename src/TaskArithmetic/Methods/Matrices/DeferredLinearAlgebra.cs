namespace TaskArithmetic.Methods.Matrices;

/// <summary>Decompositions whose library is loaded when the first method asks for it.</summary>
/// <param name="load">Loads the library; throws a coded error where it cannot be had.</param>
internal sealed class DeferredLinearAlgebra(Func<ILinearAlgebra> load) : ILinearAlgebra
{
    private readonly Lazy<ILinearAlgebra> loaded = new(load);

    /// <summary>Loads the library now, so that what is wrong with it is known before anything is written.</summary>
    /// <exception cref="Diagnostics.DiagnosticException">It cannot be had.</exception>
    public void Load() => _ = loaded.Value;

    public (float[] U, float[] S, float[] Vt) Svd(ReadOnlySpan<float> matrix, int rows, int columns) => loaded.Value.Svd(matrix, rows, columns);
}
