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
    private static readonly DateTime Old = new(2020, 1, 1, 0, 0, 0, DateTimeKind.Utc);

    private readonly TemporaryFolder folder = new();
    private readonly FileDigests digests;

    public FileDigestsTests() => digests = new FileDigests(folder["cache"]);

    [TestCleanup]
    public void RemoveFolders() => folder.Dispose();

    [TestMethod]
    public void A_digest_is_remembered_so_the_file_is_not_read_again()
    {
        var file = WriteOld("a.bin", "one");
        var first = digests.Of(file);

        // The memory is shown by lying to it: same size, time and inode, other bytes.
        using (var stream = new FileStream(file, FileMode.Open, FileAccess.Write))
            stream.Write("two"u8);
        File.SetLastWriteTimeUtc(file, Old);

        Assert.AreEqual(Sha256("one"), first);
        Assert.AreEqual(first, new FileDigests(folder["cache"]).Of(file));
        Assert.AreEqual(Sha256("two"), new FileDigests(null).Of(file));
    }

    [TestMethod]
    public void A_changed_file_of_the_same_size_is_noticed_by_its_time()
    {
        var file = WriteOld("a.bin", "one");
        digests.Of(file);

        File.WriteAllText(file, "two");

        Assert.AreEqual(Sha256("two"), digests.Of(file));
    }

    [TestMethod]
    public void A_replaced_file_of_the_same_size_and_time_is_noticed_by_its_inode()
    {
        if (!OperatingSystem.IsLinux())
            Assert.Inconclusive("inodes are read on Linux only");
        var file = WriteOld("a.bin", "one");
        digests.Of(file);

        File.Move(WriteOld("b.bin", "two"), file, overwrite: true);

        Assert.AreEqual(Sha256("two"), digests.Of(file));
    }

    [TestMethod]
    public void A_file_written_just_now_is_not_remembered_since_its_time_may_not_move_again()
    {
        File.WriteAllText(folder["a.bin"], "one");
        digests.Of(folder["a.bin"]);

        Assert.IsFalse(Directory.Exists(folder["cache", "digests"]));
    }

    [TestMethod]
    public void A_damaged_note_is_worth_no_more_than_none()
    {
        var file = WriteOld("a.bin", "one");
        digests.Of(file);
        var note = Directory.GetFiles(folder["cache", "digests"]).Single();
        foreach (var text in new[] { "", "{", "null", "[]", "{\"Sha256\": 5}" })
        {
            File.WriteAllText(note, text);
            Assert.AreEqual(Sha256("one"), digests.Of(file), text);
        }
    }

    [TestMethod]
    public void A_blob_of_the_hubs_cache_is_known_by_its_name()
    {
        var name = Sha256("the name is trusted");
        var link = Blob("models--contoso--small", name);

        Assert.AreEqual(name, digests.Of(link));
        Assert.IsFalse(Directory.Exists(folder["cache"]));
    }

    [TestMethod]
    public void Small_blobs_and_links_of_other_places_are_hashed()
    {
        foreach (var (repository, name) in new[] { ("models--contoso--small", new string('a', 40)), ("elsewhere", new string('a', 64)), ("models--contoso--small", new string('g', 64)) })
            Assert.AreEqual(Sha256("content"), digests.Of(Blob(repository, name)), $"{repository}/{name}");
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
