using System.Diagnostics;
using TaskArithmetic.Files;
using TaskArithmetic.TestSupport;

namespace TaskArithmetic.Tests.Files;

[TestClass]
public sealed class RegularFileTests
{
    [TestMethod]
    public void Text_is_read_whole_and_without_its_byte_order_mark()
    {
        using var folder = new TemporaryFolder();
        var path = Path.Combine(folder.Path, "a.txt");
        File.WriteAllBytes(path, [0xEF, 0xBB, 0xBF, (byte)'a', 0xC3, 0xA4]);
        Assert.AreEqual("aä", RegularFile.ReadText(path));
    }

    [TestMethod]
    public void Text_that_is_not_utf8_is_refused_with_the_place()
    {
        using var folder = new TemporaryFolder();
        var path = Path.Combine(folder.Path, "a.txt");
        File.WriteAllBytes(path, [(byte)'a', (byte)'b', 0xFF]);
        StringAssert.Contains(Assert.ThrowsExactly<UnreadableFileException>(() => RegularFile.ReadText(path)).Message, "byte 2");
    }

    [TestMethod]
    public void A_file_that_is_too_large_is_refused_without_reading_it()
    {
        using var folder = new TemporaryFolder();
        var path = Path.Combine(folder.Path, "large");
        using (var file = File.Create(path))
            file.SetLength(8L << 30);
        StringAssert.Contains(Assert.ThrowsExactly<UnreadableFileException>(() => RegularFile.ReadBytes(path)).Message, "8589934592");
    }

    [TestMethod]
    [OSCondition(OperatingSystems.Linux)]
    public void A_device_is_refused() =>
        StringAssert.Contains(Assert.ThrowsExactly<UnreadableFileException>(() => RegularFile.ReadBytes("/dev/zero")).Message, "device");

    [TestMethod]
    [OSCondition(OperatingSystems.Linux)]
    [Timeout(600_000)]
    public void A_pipe_without_a_writer_is_refused_and_not_waited_for()
    {
        using var folder = new TemporaryFolder();
        var path = Path.Combine(folder.Path, "pipe");
        using (var made = Process.Start("mkfifo", [path])!)
            made.WaitForExit();
        StringAssert.Contains(Assert.ThrowsExactly<UnreadableFileException>(() => RegularFile.ReadBytes(path)).Message, "pipe");
    }

    [TestMethod]
    public void A_folder_and_an_absent_file_are_refused()
    {
        using var folder = new TemporaryFolder();
        StringAssert.Contains(Assert.ThrowsExactly<UnreadableFileException>(() => RegularFile.ReadBytes(folder.Path)).Message, "folder");
        Assert.ThrowsExactly<FileNotFoundException>(() => RegularFile.ReadBytes(Path.Combine(folder.Path, "none")));
    }

    [TestMethod]
    [OSCondition(OperatingSystems.Linux)]
    public void Setting_the_date_back_moves_the_change_time()
    {
        using var folder = new TemporaryFolder();
        var path = Path.Combine(folder.Path, "a");
        File.WriteAllText(path, "a");
        var before = FileStatus.Of(path);
        Thread.Sleep(20);
        File.SetLastWriteTimeUtc(path, new DateTime(2020, 1, 1, 0, 0, 0, DateTimeKind.Utc));
        var after = FileStatus.Of(path);
        Assert.AreNotEqual(before.ModifiedTicks, after.ModifiedTicks);
        Assert.IsGreaterThan(before.ChangedTicks, after.ChangedTicks);
        Assert.AreEqual(before.Inode, after.Inode);
    }
}
