using System.Buffers.Binary;
using System.Security.Cryptography;

namespace TaskArithmetic.Inputs;

/// <summary>
/// Where the rows of an embedding or head come from once it is laid out on another vocabulary: for every output row a row of one of
/// several models, zeros, the mean of rows, or the mean of all other rows.
/// </summary>
internal sealed class RowMap
{
    /// <summary>Stands in the place of a model: the row is zero.</summary>
    public const int Zero = -1;

    /// <summary>Stands in the place of a model: the row is the mean of the rows in <see cref="Means"/>.</summary>
    public const int Mean = -2;

    /// <summary>Stands in the place of a model: no token has the row, and it is the mean of all rows that have one.</summary>
    public const int Filler = -3;

    private readonly int[] models;
    private readonly int[] rows;

    /// <param name="models">For every output row a model's number, or one of the constants.</param>
    /// <param name="rows">For every output row the row in that model.</param>
    /// <param name="means">For the rows that are means, what of.</param>
    public RowMap(int[] models, int[] rows, IReadOnlyDictionary<int, IReadOnlyList<(int Model, int Row)>> means)
    {
        this.models = models;
        this.rows = rows;
        Means = means;
    }

    /// <summary>Number of output rows.</summary>
    public int Count => models.Length;

    /// <summary>What the rows that are means are means of.</summary>
    public IReadOnlyDictionary<int, IReadOnlyList<(int Model, int Row)>> Means { get; }

    /// <summary>The model that gives a row, or one of the constants.</summary>
    public int ModelOf(int row) => models[row];

    /// <summary>The row in that model.</summary>
    public int RowOf(int row) => rows[row];

    /// <summary>The models that are read.</summary>
    public IEnumerable<int> Models => models.Where(m => m >= 0).Concat(Means.Values.SelectMany(m => m.Select(r => r.Model))).Distinct();

    /// <summary>Whether all rows of a model stay where they are, so that nothing has to be laid out.</summary>
    public bool IsIdentityOf(int model, long modelRows) => modelRows == Count && models.All(m => m == model) && rows.Select((r, i) => r == i).All(same => same);

    /// <summary>SHA-256 over the map, lower-case hex, for content keys.</summary>
    public string Digest()
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        Span<byte> pair = stackalloc byte[8];
        for (var i = 0; i < models.Length; i++)
        {
            Append(hash, pair, models[i], rows[i]);
            foreach (var (model, row) in Means.GetValueOrDefault(i) ?? [])
                Append(hash, pair, model, row);
        }
        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }

    private static void Append(IncrementalHash hash, Span<byte> pair, int model, int row)
    {
        BinaryPrimitives.WriteInt32LittleEndian(pair, model);
        BinaryPrimitives.WriteInt32LittleEndian(pair[4..], row);
        hash.AppendData(pair);
    }
}
