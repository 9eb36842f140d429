using TaskArithmetic.Checkpoints;
using TaskArithmetic.Inputs;
using TaskArithmetic.Safetensors;

namespace TaskArithmetic.Tests.Layouts;

[TestClass]
public sealed class RemappedRowsTests
{
    private static readonly Dictionary<int, IReadOnlyList<(int Model, int Row)>> Means = new() { [4] = [(0, 0), (1, 1)] };

    /// <summary>Own rows 1 and 2, the other's row 0, zeros, the mean of two, filler.</summary>
    private static readonly RowMap Map = new([0, 0, 1, RowMap.Zero, RowMap.Mean, RowMap.Filler], [1, 2, 0, 0, 0, 0], Means);

    private static readonly float[] Expected =
    [
        10, 11, 12,
        20, 21, 22,
        100, 101, 102,
        0, 0, 0,
        55, 56, 57,
        37, 37.8f, 38.6f,
    ];

    [TestMethod]
    public void Rows_come_from_where_the_map_says()
    {
        var rows = Rows();
        CollectionAssert.AreEqual(new ulong[] { 6, 3 }, rows.Shape.ToArray());
        CollectionAssert.AreEqual(Expected, Read(rows, 0, 18));
    }

    [TestMethod]
    public void A_run_may_begin_and_end_within_rows()
    {
        var rows = Rows();
        for (var first = 0; first < 18; first++)
        {
            for (var count = 0; count <= 18 - first; count++)
                CollectionAssert.AreEqual(Expected[first..(first + count)], Read(rows, first, count), $"{first} {count}");
        }
    }

    [TestMethod]
    public void Means_are_rounded_at_every_step_where_mergekit_rounds()
    {
        var map = new RowMap([RowMap.Mean], [0], new Dictionary<int, IReadOnlyList<(int Model, int Row)>> { [0] = [(0, 0), (1, 0)] });
        ITensorInput[] models = [new Values(1, 257), new Values(1, 2)];
        Assert.AreEqual(129.5f, Read(new RemappedRows(map, models, 0, null), 0, 1)[0]);
        // 256 + 2 = 258 and 257/2 in bfloat16, which has eight bits.
        Assert.AreEqual(128f + 1, Read(new RemappedRows(map, models, 0, DType.BF16), 0, 1)[0]);
    }

    [TestMethod]
    public void A_map_that_moves_nothing_is_known()
    {
        var nothing = new Dictionary<int, IReadOnlyList<(int Model, int Row)>>();
        Assert.IsTrue(new RowMap([1, 1], [0, 1], nothing).IsIdentityOf(1, 2));
        Assert.IsFalse(new RowMap([1, 1], [0, 1], nothing).IsIdentityOf(1, 3));
        Assert.IsFalse(new RowMap([1, 1], [1, 0], nothing).IsIdentityOf(1, 2));
        Assert.IsFalse(new RowMap([1, 0], [0, 1], nothing).IsIdentityOf(1, 2));
    }

    [TestMethod]
    public void Everything_that_decides_values_is_in_the_identity()
    {
        ITensorInput[] models = [new Values(3, 0, 1, 2), new Values(3, 3, 4, 5)];
        var nothing = new Dictionary<int, IReadOnlyList<(int Model, int Row)>>();
        var identities = new[]
        {
            new RemappedRows(new RowMap([0], [0], nothing), models, 0, null),
            new RemappedRows(new RowMap([0], [1], nothing), models, 0, null),
            new RemappedRows(new RowMap([1], [0], nothing), models, 0, null),
            new RemappedRows(new RowMap([RowMap.Zero], [0], nothing), models, 0, null),
            new RemappedRows(new RowMap([RowMap.Mean], [0], Means), models, 0, null),
            new RemappedRows(new RowMap([RowMap.Mean], [0], Means), models, 0, DType.BF16),
        }.Select(r => r.Identity(_ => "file")).ToList();
        CollectionAssert.AllItemsAreUnique(identities);
    }

    private static RemappedRows Rows() => new(Map, [new Values(3, 0, 1, 2, 10, 11, 12, 20, 21, 22), new Values(3, 100, 101, 102, 110, 111, 112)], 0, null);

    private static float[] Read(ITensorInput input, long first, int count)
    {
        var values = new float[count];
        input.Read(first, values, new TensorReader());
        return values;
    }

    /// <summary>A tensor in memory.</summary>
    private sealed class Values(int width, params float[] values) : ITensorInput
    {
        public IReadOnlyList<ulong> Shape { get; } = [(ulong)(values.Length / width), (ulong)width];

        public DType DType => DType.F32;

        public IReadOnlyList<CheckpointTensor> Stored => [];

        public string Identity(Func<SafetensorsFile, string> identityOf) => string.Join(' ', values);

        public void Read(long first, Span<float> to, TensorReader reader) => values.AsSpan((int)first, to.Length).CopyTo(to);
    }
}
