using System.Numerics;
using TaskArithmetic.Methods;
using TaskArithmetic.Methods.Matrices;

namespace TaskArithmetic.Tests.Methods;

/// <summary>One-sided Jacobi rotations in double: small matrices to the last bits, without libtorch.</summary>
internal sealed class JacobiLinearAlgebra : ILinearAlgebra
{
    public (float[] U, float[] S, float[] Vt) Svd(ReadOnlySpan<float> matrix, int rows, int columns)
    {
        if (rows < columns)
        {
            var (u, s, vt) = Svd(MatrixBlocks.Transpose(matrix, rows, columns), columns, rows);
            return (MatrixBlocks.Transpose(vt, rows, rows), s, MatrixBlocks.Transpose(u, columns, rows));
        }
        var a = new double[columns][];
        var v = new double[columns][];
        for (var j = 0; j < columns; j++)
        {
            (a[j], v[j]) = (new double[rows], new double[columns]);
            v[j][j] = 1;
            for (var i = 0; i < rows; i++)
                a[j][i] = matrix[(i * columns) + j];
        }
        for (var sweep = 0; sweep < 60 && Sweep(a, v); sweep++)
        {
        }
        var norms = a.Select(c => Math.Sqrt(Dot(c, c))).ToArray();
        var order = Enumerable.Range(0, columns).OrderByDescending(j => norms[j]).ToArray();
        var left = new float[rows * columns];
        var right = new float[columns * columns];
        for (var k = 0; k < columns; k++)
        {
            var j = order[k];
            for (var i = 0; i < rows; i++)
                left[(i * columns) + k] = norms[j] > 0 ? (float)(a[j][i] / norms[j]) : 0;
            for (var i = 0; i < columns; i++)
                right[(k * columns) + i] = (float)v[j][i];
        }
        return (left, [.. order.Select(j => (float)norms[j])], right);
    }

    private static bool Sweep(double[][] a, double[][] v)
    {
        var rotated = false;
        for (var p = 0; p < a.Length; p++)
        {
            for (var q = p + 1; q < a.Length; q++)
            {
                var (alpha, beta, gamma) = (Dot(a[p], a[p]), Dot(a[q], a[q]), Dot(a[p], a[q]));
                if (Math.Abs(gamma) <= 1e-15 * Math.Sqrt(alpha * beta))
                    continue;
                rotated = true;
                var zeta = (beta - alpha) / (2 * gamma);
                var t = (zeta < 0 ? -1 : 1) / (Math.Abs(zeta) + Math.Sqrt(1 + (zeta * zeta)));
                var c = 1 / Math.Sqrt(1 + (t * t));
                Rotate(a[p], a[q], c, c * t);
                Rotate(v[p], v[q], c, c * t);
            }
        }
        return rotated;
    }

    private static void Rotate(double[] x, double[] y, double c, double s)
    {
        var i = 0;
        for (; i <= x.Length - Vector<double>.Count; i += Vector<double>.Count)
        {
            var (p, q) = (new Vector<double>(x, i), new Vector<double>(y, i));
            ((c * p) - (s * q)).CopyTo(x, i);
            ((s * p) + (c * q)).CopyTo(y, i);
        }
        for (; i < x.Length; i++)
            (x[i], y[i]) = ((c * x[i]) - (s * y[i]), (s * x[i]) + (c * y[i]));
    }

    private static double Dot(double[] x, double[] y)
    {
        var sum = Vector<double>.Zero;
        var i = 0;
        for (; i <= x.Length - Vector<double>.Count; i += Vector<double>.Count)
            sum += new Vector<double>(x, i) * new Vector<double>(y, i);
        var total = Vector.Sum(sum);
        for (; i < x.Length; i++)
            total += x[i] * y[i];
        return total;
    }
}
