using Microsoft.VisualStudio.TestTools.UnitTesting;
using TaskArithmetic.Files;
using TaskArithmetic.TestSupport;

namespace TaskArithmetic.Tests.Files;

[TestClass]
public sealed class FolderLockTests
{
    [TestMethod]
    public void A_lock_is_held_once_and_free_afterwards()
    {
        using var folder = new TemporaryFolder();
        using (var held = FolderLock.TryAcquire(folder["lock"]))
        {
            Assert.IsNotNull(held);
            Assert.IsNull(FolderLock.TryAcquire(folder["lock"]));
        }
        using var again = FolderLock.TryAcquire(folder["lock"]);
        Assert.IsNotNull(again);
    }

    [TestMethod]
    public void A_lock_file_that_cannot_be_made_is_an_error_and_no_endless_wait()
    {
        using var folder = new TemporaryFolder();
        File.WriteAllText(folder["file"], "");

        Assert.Throws<IOException>(() => FolderLock.Acquire(folder["file", "lock"], CancellationToken.None));
        Assert.Throws<IOException>(() => FolderLock.Acquire(folder[new string('x', 300)], CancellationToken.None));
        Assert.Throws<IOException>(() => FolderLock.Acquire(folder["nowhere", "lock"], CancellationToken.None));
    }

    [TestMethod]
    public void Two_never_hold_a_lock_whose_file_is_removed_each_time()
    {
        using var folder = new TemporaryFolder();
        var (inside, most, taken) = (0, 0, 0);

        Parallel.For(0, 4, new ParallelOptions { MaxDegreeOfParallelism = 4 }, _ =>
        {
            for (var done = 0; done < 200;)
            {
                if (FolderLock.TryAcquire(folder["lock"]) is not { } held)
                    continue;
                InterlockedMax(ref most, Interlocked.Increment(ref inside));
                Interlocked.Increment(ref taken);
                Interlocked.Decrement(ref inside);
                held.Remove();
                done++;
            }
        });

        Assert.AreEqual((1, 800), (most, taken));
        Assert.IsFalse(File.Exists(folder["lock"]));
    }

    private static void InterlockedMax(ref int target, int value)
    {
        for (var seen = target; seen < value; seen = target)
            Interlocked.CompareExchange(ref target, value, seen);
    }
}
