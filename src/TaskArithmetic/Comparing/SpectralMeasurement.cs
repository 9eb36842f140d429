using TaskArithmetic.Checkpoints;
using TaskArithmetic.Inputs;
using TaskArithmetic.Kernels;
using TaskArithmetic.Measuring;
using TaskArithmetic.Methods;
using TaskArithmetic.Streaming;

namespace TaskArithmetic.Comparing;

/// <summary>
/// What singular values and vectors say of task vectors, matrix by matrix: those of attention and feed-forward networks, each of which is
/// held whole in memory meanwhile.
/// </summary>
internal sealed class SpectralMeasurement(SpectrumOptions options, ILinearAlgebra algebra)
{
    private readonly TensorReader reader = new();

    /// <summary>Whether a tensor is looked at: a matrix of attention or of a feed-forward network.</summary>
    public static bool Concerns(string name, IReadOnlyList<ulong> shape) =>
        shape.Count == 2 && shape.All(e => e > 0) && shape[0] * shape[1] <= (ulong)Array.MaxLength
        && TensorPlace.Of(name).Kind is TensorKind.Q or TensorKind.K or TensorKind.V or TensorKind.QKV or TensorKind.O or TensorKind.Gate or TensorKind.Up or TensorKind.Down;

    /// <summary>Looks at one tensor.</summary>
    /// <returns>What is found for each vector (null for one that holds nothing here, or values that are not finite); null for tensors that are not looked at.</returns>
    public IReadOnlyList<SpectralSums?>? Measure(MeasuredTensorInputs tensor)
    {
        if (!Concerns(tensor.Name, tensor.Shape))
            return null;
        var bases = new Dictionary<ITensorInput, (float[] Matrix, BaseSpectrum Spectrum)>();
        return [.. tensor.Vectors.Select(vector => vector is null ? null : Measure(vector, vector.Minus ?? vector.Base ?? tensor.Base, tensor, bases))];
    }

    private SpectralSums? Measure(
        VectorTensor vector, ITensorInput? baseInput, MeasuredTensorInputs tensor, Dictionary<ITensorInput, (float[] Matrix, BaseSpectrum Spectrum)> bases)
    {
        var (rows, columns) = ((int)tensor.Shape[0], (int)tensor.Shape[1]);
        var values = Read(vector.Values, tensor);
        if (Reducing.IndexOfNonFinite(values) >= 0)
            return null;
        if (baseInput is null)
            return SpectralSums.Of(values, rows, columns, algebra);
        if (!bases.TryGetValue(baseInput, out var known))
        {
            var matrix = Read(baseInput, tensor);
            if (Reducing.IndexOfNonFinite(matrix) >= 0)
                return null;
            bases.Add(baseInput, known = (matrix, BaseSpectrum.Of(matrix, rows, columns, options, algebra)));
        }
        var (difference, model) = (values, (float[])values.Clone());
        if (vector.Minus is null)
            Combining.Add(model, known.Matrix);
        else
            Combining.Subtract(difference, known.Matrix);
        var changed = (float[])model.Clone();
        Differences.MarkChanged(changed, known.Matrix);
        return SpectralSums.Of(difference, rows, columns, algebra).Beside(known.Spectrum, model, changed, algebra);
    }

    private float[] Read(ITensorInput input, MeasuredTensorInputs tensor)
    {
        var values = new float[tensor.Elements];
        for (var first = 0; first < values.Length; first += Chunk.Elements)
            input.Read(first, values.AsSpan(first, Math.Min(Chunk.Elements, values.Length - first)), reader);
        return values;
    }
}
