using Microsoft.VisualStudio.TestTools.UnitTesting;
using TaskArithmetic.Caching;
using TaskArithmetic.Checkpoints;
using TaskArithmetic.Safetensors;
using TaskArithmetic.Streaming;
using TaskArithmetic.Tests.Checkpoints;
using TaskArithmetic.TestSupport;

namespace TaskArithmetic.Tests.Merging;

/// <summary>A digest taken on the way is the file's, whatever is read of it, in whatever order, by however many threads.</summary>
[TestClass]
public sealed class FileHashTests
{
    [TestMethod]
    public void The_longest_run_of_reads_in_file_order_is_taken()
    {
        var reads = new (int Turn, long Offset, int Length)[] { (9, 0, 10), (0, 10, 10), (1, 20, 10), (8, 30, 10), (2, 40, 10), (3, 45, 10), (3, 50, 10), (4, 60, 0) };

        CollectionAssert.AreEqual(new long[] { 10, 20, 40, 50 }, FileHash.InOrder(reads).ToArray());
        Assert.IsEmpty(FileHash.InOrder([]));
    }

    [TestMethod]
    public void Any_order_of_reads_gives_the_digest_of_the_file()
    {
        using var folder = new TemporaryFolder();
        var path = folder["a.safetensors"];
        ModelFolder.WriteFile(path, [.. Enumerable.Range(0, 40).Select(i => TestTensor.Random($"t{i:D2}", DType.F32, i, 1, 97))]);
        using var file = SafetensorsFile.Open(path);
        var tensors = file.Header.Tensors.Select(t => new CheckpointTensor(file, t)).ToArray();
        var random = new Random(3);
        for (var round = 0; round < 200; round++)
        {
            // A part of the tensors, some twice, from quite ordered to quite mixed.
            var chosen = tensors.Where(_ => random.Next(3) > 0).ToList();
            for (var swaps = random.Next(chosen.Count); swaps > 0; swaps--)
            {
                var (a, b) = (random.Next(chosen.Count), random.Next(chosen.Count));
                (chosen[a], chosen[b]) = (chosen[b], chosen[a]);
            }
            if (chosen.Count > 0)
                chosen.Insert(random.Next(chosen.Count), chosen[random.Next(chosen.Count)]);
            using var hashing = new InputHashing([file], chosen.Select(t => new PlannedRead(file, file.Header.DataStart + t.Info.Begin, (int)t.Info.ByteLength)));
            var next = -1;
            Parallel.For(0, 3, new ParallelOptions { MaxDegreeOfParallelism = 3 }, _ =>
            {
                for (int i; (i = Interlocked.Increment(ref next)) < chosen.Count;)
                    hashing.Append(chosen[i], 0, file.Read(chosen[i].Info), CancellationToken.None);
            });

            Assert.AreEqual(FileDigests.Compute(path), hashing.Finish(2, CancellationToken.None).Single().Sha256, $"round {round}");
        }
    }
}
