namespace TaskArithmetic.Methods.Matrices;

/// <summary>Eigenvalues and eigenvectors of a small symmetric matrix by Jacobi's rotations in a fixed order.</summary>
internal static class SymmetricEigen
{
    private const int MostSweeps = 60;

    /// <summary>Decomposes <c>A = Y·diag(values)·Yᵀ</c>, values descending.</summary>
    /// <param name="matrix">size × size values; overwritten.</param>
    /// <param name="size">Number of rows.</param>
    /// <returns>The values, and Y row by row: row i holds the eigenvector of value i.</returns>
    public static (double[] Values, double[] Vectors) Decompose(double[] matrix, int size)
    {
        var vectors = new double[size * size];
        for (var i = 0; i < size; i++)
            vectors[(i * size) + i] = 1;
        for (var sweep = 0; sweep < MostSweeps && Sweep(matrix, vectors, size); sweep++)
        {
        }
        var order = Enumerable.Range(0, size).OrderByDescending(i => matrix[(i * size) + i]).ThenBy(i => i).ToArray();
        var sorted = new double[size * size];
        for (var i = 0; i < size; i++)
            vectors.AsSpan(order[i] * size, size).CopyTo(sorted.AsSpan(i * size));
        return ([.. order.Select(i => matrix[(i * size) + i])], sorted);
    }

    /// <summary>One rotation for every two axes; whether any was needed.</summary>
    private static bool Sweep(double[] a, double[] vectors, int size)
    {
        var rotated = false;
        for (var p = 0; p < size - 1; p++)
        {
            for (var q = p + 1; q < size; q++)
            {
                var off = a[(p * size) + q];
                // Smaller than the last place of what it couples: the rotation would change nothing.
                if (Math.Abs(off) <= 1e-17 * Math.Sqrt(Math.Abs(a[(p * size) + p] * a[(q * size) + q])) || Math.Abs(off) < 1e-290)
                    continue;
                Rotate(a, vectors, size, p, q, off);
                rotated = true;
            }
        }
        return rotated;
    }

    private static void Rotate(double[] a, double[] vectors, int size, int p, int q, double off)
    {
        var theta = (a[(q * size) + q] - a[(p * size) + p]) / (2 * off);
        var tangent = 1 / (Math.Abs(theta) + Math.Sqrt((theta * theta) + 1));
        tangent = theta < 0 ? -tangent : tangent;
        var cosine = 1 / Math.Sqrt((tangent * tangent) + 1);
        var sine = tangent * cosine;
        for (var i = 0; i < size; i++)
        {
            var (x, y) = (a[(i * size) + p], a[(i * size) + q]);
            a[(i * size) + p] = (cosine * x) - (sine * y);
            a[(i * size) + q] = (sine * x) + (cosine * y);
        }
        Mix(a.AsSpan(p * size, size), a.AsSpan(q * size, size), cosine, sine);
        Mix(vectors.AsSpan(p * size, size), vectors.AsSpan(q * size, size), cosine, sine);
        a[(p * size) + q] = a[(q * size) + p] = 0;
    }

    private static void Mix(Span<double> first, Span<double> second, double cosine, double sine)
    {
        for (var i = 0; i < first.Length; i++)
        {
            var (x, y) = (first[i], second[i]);
            first[i] = (cosine * x) - (sine * y);
            second[i] = (sine * x) + (cosine * y);
        }
    }
}
