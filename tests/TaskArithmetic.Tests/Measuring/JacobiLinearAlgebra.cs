using TaskArithmetic.Methods;

namespace TaskArithmetic.Tests.Measuring;

/// <summary>Singular values and vectors by one-sided Jacobi rotations in float64: slow, exact, and without a library.</summary>
internal sealed class JacobiLinearAlgebra : ILinearAlgebra
{
    private const int MostSweeps = 60;

    public (float[] U, float[] S, float[] Vt) Svd(ReadOnlySpan<float> matrix, int rows, int columns)
    {
        // The columns of the taller orientation are rotated until they are orthogonal: A·V = U·S.
        var isTall = rows >= columns;
        var (height, width) = isTall ? (rows, columns) : (columns, rows);
        var work = new double[width][];
        for (var j = 0; j < width; j++)
        {
            work[j] = new double[height];
            for (var i = 0; i < height; i++)
                work[j][i] = isTall ? matrix[(i * columns) + j] : matrix[(j * columns) + i];
        }
        var rotation = Enumerable.Range(0, width).Select(j => Enumerable.Range(0, width).Select(i => i == j ? 1.0 : 0.0).ToArray()).ToArray();
        for (var sweep = 0; sweep < MostSweeps && Sweep(work, rotation); sweep++)
        {
        }
        var order = Enumerable.Range(0, width).OrderByDescending(j => Norm(work[j])).ToArray();
        var values = order.Select(j => Norm(work[j])).ToArray();
        var tall = order.Select((j, k) => work[j].Select(x => values[k] == 0 ? 0 : x / values[k]).ToArray()).ToArray();
        var square = order.Select(j => rotation[j]).ToArray();
        var (left, right) = isTall ? (tall, square) : (square, tall);
        var u = new float[rows * width];
        var vt = new float[width * columns];
        for (var k = 0; k < width; k++)
        {
            for (var i = 0; i < rows; i++)
                u[(i * width) + k] = (float)left[k][i];
            for (var j = 0; j < columns; j++)
                vt[(k * columns) + j] = (float)right[k][j];
        }
        return (u, [.. values.Select(v => (float)v)], vt);
    }

    private static bool Sweep(double[][] work, double[][] rotation)
    {
        var rotated = false;
        for (var p = 0; p < work.Length; p++)
        {
            for (var q = p + 1; q < work.Length; q++)
            {
                var (a, b, c) = (Dot(work[p], work[p]), Dot(work[q], work[q]), Dot(work[p], work[q]));
                if (Math.Abs(c) <= 1e-15 * Math.Sqrt(a * b))
                    continue;
                rotated = true;
                var zeta = (b - a) / (2 * c);
                var tangent = (zeta < 0 ? -1 : 1) / (Math.Abs(zeta) + Math.Sqrt(1 + (zeta * zeta)));
                var cosine = 1 / Math.Sqrt(1 + (tangent * tangent));
                Rotate(work[p], work[q], cosine, cosine * tangent);
                Rotate(rotation[p], rotation[q], cosine, cosine * tangent);
            }
        }
        return rotated;
    }

    private static void Rotate(double[] x, double[] y, double cosine, double sine)
    {
        for (var i = 0; i < x.Length; i++)
            (x[i], y[i]) = ((cosine * x[i]) - (sine * y[i]), (sine * x[i]) + (cosine * y[i]));
    }

    private static double Dot(double[] x, double[] y)
    {
        double sum = 0;
        for (var i = 0; i < x.Length; i++)
            sum += x[i] * y[i];
        return sum;
    }

    private static double Norm(double[] x) => Math.Sqrt(Dot(x, x));
}
