using Microsoft.VisualStudio.TestTools.UnitTesting;
using TaskArithmetic.Torch.Libtorch;
using TorchSharp;

namespace TaskArithmetic.Torch.Tests.Libtorch;

[TestClass]
public sealed class ElfVersionNeedsTests
{
    [TestMethod]
    public void Only_the_flag_of_the_named_version_changes_in_the_real_library()
    {
        var original = File.ReadAllBytes(LinuxShim());
        var weakened = original.ToArray();

        Assert.IsTrue(ElfVersionNeeds.Weaken(weakened, TorchSharpShim.TooNewVersion));

        var changed = Enumerable.Range(0, original.Length).Where(i => original[i] != weakened[i]).ToList();
        Assert.AreEqual(1, changed.Count);
        Assert.AreEqual(0, original[changed[0]]);
        Assert.AreEqual(2, weakened[changed[0]]);
    }

    [TestMethod]
    public void A_version_that_is_not_needed_changes_nothing()
    {
        var library = File.ReadAllBytes(LinuxShim());
        var copy = library.ToArray();

        Assert.IsFalse(ElfVersionNeeds.Weaken(copy, "GLIBCXX_3.4.3"), "a prefix of another version is not that version");
        Assert.IsFalse(ElfVersionNeeds.Weaken(copy, "GLIBCXX_9.9"));
        Assert.IsTrue(copy.AsSpan().SequenceEqual(library));
    }

    [TestMethod]
    public void What_is_no_library_is_refused()
    {
        var library = File.ReadAllBytes(LinuxShim());

        Assert.ThrowsExactly<InvalidDataException>(() => ElfVersionNeeds.Weaken(new byte[10], "X"));
        Assert.ThrowsExactly<InvalidDataException>(() => ElfVersionNeeds.Weaken("MZ this is a Windows library, or so it seems, and long enough for a header"u8.ToArray(), "X"));
        Assert.ThrowsExactly<InvalidDataException>(() => ElfVersionNeeds.Weaken(library.AsSpan(0, library.Length / 2).ToArray(), "X"), "truncated");
    }

    [TestMethod]
    public void The_weakened_copy_lies_in_the_users_cache_and_is_made_again_when_damaged()
    {
        var copy = TorchSharpShim.WeakenedCopy(LinuxShim());
        Assert.IsNotNull(copy);
        var expected = File.ReadAllBytes(copy);

        // Replaced, not overwritten: this process may have the first file mapped.
        File.Delete(copy);
        File.WriteAllText(copy, "damaged");
        Assert.AreEqual(copy, TorchSharpShim.WeakenedCopy(LinuxShim()));

        Assert.IsTrue(File.ReadAllBytes(copy).AsSpan().SequenceEqual(expected));
        Assert.AreEqual(1, Directory.GetFiles(Path.GetDirectoryName(copy)!).Length, "no temporary file stays");
    }

    private static string LinuxShim() =>
        TorchSharpShim.Find(LibtorchPlatform.For("linux-x64"), Path.GetDirectoryName(typeof(torch).Assembly.Location)!);
}
