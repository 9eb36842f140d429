using System.Security.Cryptography;
using Microsoft.VisualStudio.TestTools.UnitTesting;
using TaskArithmetic.Caching;
using TaskArithmetic.Diagnostics;
using TaskArithmetic.Tests.Diagnostics;
using TaskArithmetic.TestSupport;

namespace TaskArithmetic.Tests.Caching;

[TestClass]
public sealed class FileDigestsTests
{
    private const string NeedsDisk = "needs a temporary folder on a disk: nothing is remembered of files in memory";

    private static readonly DateTime Old = new(2020, 1, 1, 0, 0, 0, DateTimeKind.Utc);

    private readonly TemporaryFolder folder = new();
    private readonly FileDigests digests;

    public FileDigestsTests() => digests = new FileDigests(folder["cache"]);

    [TestCleanup]
    public void RemoveFolders() => folder.Dispose();

    [TestMethod]
    public void A_digest_is_remembered_so_the_file_is_not_read_again()
    {
        var file = Write("a.bin", "one");
        Settle();
        digests.Of(file);

        // The memory is shown by lying in it, since a file cannot be changed without being noticed.
        RewriteNote(Sha256("one"), Sha256("lie"));

        Assert.AreEqual(Sha256("lie"), new FileDigests(folder["cache"]).Of(file));
        Assert.AreEqual(Sha256("one"), new FileDigests(null).Of(file));
    }

    [TestMethod]
    public void A_file_edited_with_its_date_put_back_is_noticed()
    {
        var file = Write("a.bin", "one");
        Settle();
        var date = File.GetLastWriteTimeUtc(file);
        digests.Of(file);

        using (var stream = new FileStream(file, FileMode.Open, FileAccess.Write))
            stream.Write("two"u8);
        File.SetLastWriteTimeUtc(file, date);

        Assert.AreEqual(Sha256("two"), digests.Of(file));
    }

    [TestMethod]
    public void A_file_edited_through_a_mapping_that_wrote_to_it_before_is_noticed()
    {
        var file = Write("a.bin", new string('a', 8192));
        using var mapped = System.IO.MemoryMappedFiles.MemoryMappedFile.CreateFromFile(file, FileMode.Open);
        using var view = mapped.CreateViewAccessor();
        // The page is dirty from here on: the system hears of no further write to it until it is flushed.
        view.Write(0, (byte)'b');
        Settle();
        digests.Of(file);

        view.Write(0, (byte)'c');

        Assert.AreEqual(Sha256("c" + new string('a', 8191)), digests.Of(file));
    }

    [TestMethod]
    public void A_changed_file_of_the_same_size_is_noticed_by_its_time()
    {
        var file = Write("a.bin", "one");
        Settle();
        digests.Of(file);

        File.WriteAllText(file, "two");

        Assert.AreEqual(Sha256("two"), digests.Of(file));
    }

    [TestMethod]
    public void A_replaced_file_of_the_same_size_and_time_is_noticed_by_its_inode()
    {
        if (!OperatingSystem.IsLinux())
            Assert.Inconclusive("inodes are read on Linux only");
        var (file, other) = (WriteOld("a.bin", "one"), WriteOld("b.bin", "two"));
        Settle();
        digests.Of(file);

        File.Move(other, file, overwrite: true);

        Assert.AreEqual(Sha256("two"), digests.Of(file));
    }

    [TestMethod]
    public void A_file_written_just_now_is_not_remembered_since_its_time_may_not_move_again()
    {
        // Its date is no help: anybody may set that.
        digests.Of(WriteOld("a.bin", "one"));

        Assert.IsFalse(Directory.Exists(folder["cache", "digests"]));
    }

    [TestMethod]
    public void A_damaged_note_is_worth_no_more_than_none()
    {
        var file = Write("a.bin", "one");
        Settle();
        digests.Of(file);
        if (!Directory.Exists(folder["cache", "digests"]))
            Assert.Inconclusive(NeedsDisk);
        var note = Directory.GetFiles(folder["cache", "digests"]).Single();
        var whole = File.ReadAllText(note);
        foreach (var text in new[] { "", "{", "null", "[]", "{\"Sha256\": 5}", whole.Replace(Sha256("one"), Sha256("two")), whole.Replace("Path", "Wath") })
        {
            File.WriteAllText(note, text);
            Assert.AreEqual(Sha256("one"), digests.Of(file), text);
        }
    }

    [TestMethod]
    public void The_name_of_a_hub_blob_proves_nothing()
    {
        Assert.AreEqual(Sha256("content"), digests.Of(Blob("models--contoso--small", Sha256("what it once held"))));
    }

    [TestMethod]
    public void A_memory_that_cannot_be_written_costs_time_and_stops_nothing()
    {
        File.WriteAllText(folder["file"], "");
        var file = Write("a.bin", "one");
        Settle();
        var unwritable = new FileDigests(folder["file", "cache"]);

        Assert.AreEqual(Sha256("one"), unwritable.Of(file));
        Assert.IsNotNull(unwritable.Failure);
    }

    [TestMethod]
    public void A_link_is_remembered_by_what_it_leads_to()
    {
        var (one, two) = (WriteOld("one.bin", "one"), WriteOld("two.bin", "two"));
        File.CreateSymbolicLink(folder["link"], one);
        Assert.AreEqual(Sha256("one"), digests.Of(folder["link"]));

        File.Delete(folder["link"]);
        File.CreateSymbolicLink(folder["link"], two);

        Assert.AreEqual(Sha256("two"), digests.Of(folder["link"]));
    }

    [TestMethod]
    public void Many_files_come_back_in_order_and_every_unreadable_one_is_named()
    {
        var files = Enumerable.Range(0, 20).Select(i => WriteOld($"{i}.bin", $"content {i}")).ToList();

        CollectionAssert.AreEqual(Enumerable.Range(0, 20).Select(i => Sha256($"content {i}")).ToArray(), digests.OfAll(files, 4, CancellationToken.None).ToArray());
        File.Delete(files[7]);
        Assert.ThrowsExactly<DiagnosticException>(() => digests.OfAll(files, 1, CancellationToken.None)).Diagnostics.Only("TA2001", files[7]);
        Assert.ThrowsExactly<OperationCanceledException>(() => digests.OfAll(files, 1, new CancellationToken(canceled: true)));
    }

    private string WriteOld(string name, string content)
    {
        File.WriteAllText(folder[name], content);
        File.SetLastWriteTimeUtc(folder[name], Old);
        return folder[name];
    }

    private string Write(string name, string content)
    {
        File.WriteAllText(folder[name], content);
        return folder[name];
    }

    private void RewriteNote(string from, string to)
    {
        if (!Directory.Exists(folder["cache", "digests"]))
            Assert.Inconclusive(NeedsDisk);
        var note = Directory.GetFiles(folder["cache", "digests"]).Single();
        var content = System.Text.Encoding.UTF8.GetString(SealedJson.Open(File.ReadAllBytes(note))!);
        File.WriteAllBytes(note, SealedJson.Seal(System.Text.Encoding.UTF8.GetBytes(content.Replace(from, to))));
    }

    /// <summary>Waits until a file that was just written may be remembered.</summary>
    private static void Settle() => Thread.Sleep(TimeSpan.FromSeconds(2.1));

    private string Blob(string repository, string name)
    {
        Directory.CreateDirectory(folder["hub", repository, "blobs"]);
        Directory.CreateDirectory(folder["hub", repository, "snapshots", name]);
        File.WriteAllText(folder["hub", repository, "blobs", name], "content");
        File.CreateSymbolicLink(folder["hub", repository, "snapshots", name, "model.safetensors"], Path.Combine("..", "..", "blobs", name));
        return folder["hub", repository, "snapshots", name, "model.safetensors"];
    }

    private static string Sha256(string text) => Convert.ToHexStringLower(SHA256.HashData(System.Text.Encoding.UTF8.GetBytes(text)));
}
