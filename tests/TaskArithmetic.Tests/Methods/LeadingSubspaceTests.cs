using TaskArithmetic.Methods;
using TaskArithmetic.Methods.Matrices;

namespace TaskArithmetic.Tests.Methods;

[TestClass]
public sealed class LeadingSubspaceTests
{
    [TestMethod]
    [DataRow(40, 30, 3)]
    [DataRow(30, 40, 3)]
    [DataRow(300, 170, 1)]
    [DataRow(170, 300, 5)]
    [DataRow(400, 350, 20)]
    public void Values_and_vectors_are_those_that_the_matrix_was_made_of(int rows, int columns, int rank)
    {
        var side = Math.Min(rows, columns);
        var (left, right) = (Orthonormal(rows, side, 1), Orthonormal(columns, side, 2));
        var values = Enumerable.Range(0, side).Select(i => 3.0 / (1 + (0.05 * i))).ToArray();
        var matrix = new float[rows * columns];
        for (var i = 0; i < rows; i++)
        {
            for (var j = 0; j < columns; j++)
                matrix[(i * columns) + j] = (float)Enumerable.Range(0, side).Sum(r => values[r] * left[r][i] * right[r][j]);
        }

        var found = LeadingSubspace.Of(matrix, rows, columns, rank);

        Assert.IsTrue(found.HasConverged, $"{found.Steps} steps, residual {found.Residual:G3}");
        Assert.AreEqual((values[rank - 1] - values[rank]) / values[0], found.Gap, 1e-5);
        for (var r = 0; r < rank; r++)
        {
            Assert.AreEqual(values[r], found.Values[r], 1e-6, $"value {r}");
            Assert.AreEqual(1, Math.Abs(Dot(left[r], found.Left[r])), 1e-6, $"left vector {r}");
            Assert.AreEqual(1, Math.Abs(Dot(right[r], found.Right[r])), 1e-6, $"right vector {r}");
        }
    }

    [TestMethod]
    public void A_noise_matrix_with_hardly_a_gap_converges()
    {
        var matrix = MergeCase.Numbers(500 * 700, 5);
        var found = LeadingSubspace.Of(matrix, 500, 700, 1);
        Assert.IsTrue(found.HasConverged, $"{found.Steps} steps, residual {found.Residual:G3}, gap {found.Gap:G3}");
        var image = new double[700];
        for (var i = 0; i < 500; i++)
        {
            for (var j = 0; j < 700; j++)
                image[j] += found.Left[0][i] * matrix[(i * 700) + j];
        }
        for (var j = 0; j < 700; j++)
            Assert.AreEqual(found.Values[0] * found.Right[0][j], image[j], 1e-7 * found.Values[0], $"Aᵀu at {j}");
    }

    [TestMethod]
    public void Equal_values_are_all_found()
    {
        var matrix = new float[200 * 150];
        for (var i = 0; i < 150; i++)
            matrix[(i * 150) + i] = i < 4 ? 5 : 1;
        var found = LeadingSubspace.Of(matrix, 200, 150, 4);
        for (var r = 0; r < 4; r++)
            Assert.AreEqual(5, found.Values[r], 1e-9);
        Assert.AreEqual(0.8, found.Gap, 1e-9);
        Span<double> row = stackalloc double[150];
        found.AddRow(2, 1, row);
        Assert.AreEqual(5, row[2], 1e-8);
    }

    [TestMethod]
    public void A_matrix_of_low_rank_and_a_zero_matrix_end_early()
    {
        var matrix = new float[300 * 200];
        for (var i = 0; i < matrix.Length; i++)
            matrix[i] = (i / 200) * 0.5f * (i % 200);
        var found = LeadingSubspace.Of(matrix, 300, 200, 3);
        Assert.IsTrue(found.HasConverged);
        Assert.AreEqual(Math.Sqrt(matrix.Sum(v => (double)v * v)), found.Values[0], 1e-6 * found.Values[0]);
        Assert.IsLessThan(1e-7 * found.Values[0], found.Values[1]);

        var zero = LeadingSubspace.Of(new float[300 * 200], 300, 200, 2);
        Assert.IsTrue(zero.HasConverged);
        Assert.AreEqual(0, zero.Values[0]);
    }

    [TestMethod]
    public void More_values_than_the_shorter_side_are_as_many_as_there_are()
    {
        var found = LeadingSubspace.Of([3, 0, 0, 0, 4, 0], 2, 3, 7);
        Assert.HasCount(2, found.Values);
        Assert.AreEqual(4, found.Values[0], 1e-12);
        Assert.AreEqual(3, found.Values[1], 1e-12);
    }

    private static double[][] Orthonormal(int length, int count, int seed)
    {
        var numbers = MergeCase.Numbers(length * count, seed);
        var vectors = Enumerable.Range(0, count).Select(i => numbers.Skip(i * length).Take(length).Select(v => (double)v).ToArray()).ToArray();
        for (var i = 0; i < count; i++)
        {
            for (var again = 0; again < 2; again++)
            {
                for (var j = 0; j < i; j++)
                {
                    var inner = Dot(vectors[j], vectors[i]);
                    for (var k = 0; k < length; k++)
                        vectors[i][k] -= inner * vectors[j][k];
                }
            }
            var norm = Math.Sqrt(Dot(vectors[i], vectors[i]));
            for (var k = 0; k < length; k++)
                vectors[i][k] /= norm;
        }
        return vectors;
    }

    private static double Dot(double[] a, double[] b)
    {
        var sum = 0.0;
        for (var i = 0; i < a.Length; i++)
            sum += a[i] * b[i];
        return sum;
    }
}
