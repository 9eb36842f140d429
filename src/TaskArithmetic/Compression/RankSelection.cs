using TaskArithmetic.Methods;

namespace TaskArithmetic.Compression;

/// <summary>The ranks of a low-rank vector.</summary>
internal static class RankSelection
{
    /// <summary>Decomposes every matrix and decides its rank.</summary>
    /// <param name="matrices">The matrices.</param>
    /// <param name="options">A rank, an energy, or a size.</param>
    /// <param name="algebra">Decomposes.</param>
    /// <param name="fits">Whether a file with these ranks is small enough.</param>
    /// <param name="cancellationToken">Stops the work.</param>
    /// <returns>Null where not even rank 0 fits.</returns>
    public static IReadOnlyDictionary<string, int>? Of(
        IReadOnlyList<SourceTensor> matrices, CompressOptions options, ILinearAlgebra algebra, Func<IReadOnlyDictionary<string, int>, bool> fits, CancellationToken cancellationToken)
    {
        var values = new Dictionary<string, float[]>(StringComparer.Ordinal);
        foreach (var matrix in matrices)
        {
            cancellationToken.ThrowIfCancellationRequested();
            values.Add(matrix.Name, [.. algebra.Svd(matrix.All(), (int)matrix.Shape[0], (int)matrix.Shape[1]).S.TakeWhile(s => s > 0)]);
        }
        return options.MaxSize is not null ? OfSize(matrices, values, fits)
            : values.ToDictionary(v => v.Key, v => options.Rank is { } rank ? Math.Min(rank, v.Value.Length) : OfEnergy(v.Value, options.Energy!.Value), StringComparer.Ordinal);
    }

    private static int OfEnergy(float[] values, double energy)
    {
        var (wanted, kept, rank) = (energy * values.Sum(s => (double)s * s), 0.0, 0);
        while (rank < values.Length && kept < wanted)
        {
            kept += (double)values[rank] * values[rank];
            rank++;
        }
        return rank;
    }

    /// <summary>The least error for the bytes: singular values of all matrices by σ² over what one more rank of theirs costs, as many as fit.</summary>
    private static Dictionary<string, int>? OfSize(IReadOnlyList<SourceTensor> matrices, Dictionary<string, float[]> values, Func<IReadOnlyDictionary<string, int>, bool> fits)
    {
        // Within a matrix the values fall and the costs are equal, so that the first ones of the whole list are the first ones of each matrix.
        var order = matrices
            .SelectMany((m, i) => values[m.Name].Select((s, k) => (Matrix: i, Rank: k, Gain: (double)s * s / (m.Shape[0] + m.Shape[1]))))
            .OrderByDescending(g => g.Gain).ThenBy(g => g.Matrix).ThenBy(g => g.Rank)
            .Select(g => matrices[g.Matrix].Name).ToList();
        if (!fits(First(0)))
            return null;
        var (least, most) = (0, order.Count);
        while (least < most)
        {
            var middle = (least + most + 1) / 2;
            if (fits(First(middle)))
                least = middle;
            else
                most = middle - 1;
        }
        return First(least);

        Dictionary<string, int> First(int count)
        {
            var ranks = matrices.ToDictionary(m => m.Name, _ => 0, StringComparer.Ordinal);
            foreach (var name in order.Take(count))
                ranks[name]++;
            return ranks;
        }
    }
}
