using Microsoft.VisualStudio.TestTools.UnitTesting;
using TaskArithmetic.Sources.NativePackages;
using TaskArithmetic.TestSupport;
using TaskArithmetic.Torch.Libtorch;
using TorchSharp;

namespace TaskArithmetic.Torch.Tests.Libtorch;

[TestClass]
public sealed class ElfImageTests
{
    private static readonly string Library =
        TorchSharpShim.Find(LibtorchPlatform.For("linux-x64"), Path.GetDirectoryName(typeof(torch).Assembly.Location)!);

    [TestMethod]
    public void A_whole_library_has_no_problem() => Assert.IsNull(ElfImage.Problem(Library));

    [TestMethod]
    public void A_library_cut_anywhere_is_told_with_both_lengths()
    {
        using var folder = new TemporaryFolder();
        var whole = File.ReadAllBytes(Library);
        var lengths = new SortedSet<int> { 0, 1, 4, 63, 64, 65, 1000, 4096, whole.Length / 2, whole.Length - 1 };
        var random = new Random(7);
        while (lengths.Count < 60)
            lengths.Add(random.Next(whole.Length));

        foreach (var length in lengths)
        {
            File.WriteAllBytes(folder["cut.so"], whole[..length]);

            var problem = ElfImage.Problem(folder["cut.so"]);

            StringAssert.Contains(problem, $"it has {length} bytes", $"cut to {length}");
        }
    }

    [TestMethod]
    public void Headers_of_every_kind_of_damage_are_answered_and_never_thrown()
    {
        using var folder = new TemporaryFolder();
        var whole = File.ReadAllBytes(Library);
        var random = new Random(7);
        for (var i = 0; i < 300; i++)
        {
            var damaged = whole[..Math.Min(whole.Length, 100_000)];
            for (var j = 0; j < 4; j++)
                damaged[random.Next(4, 64)] = (byte)random.Next(256);
            File.WriteAllBytes(folder["damaged.so"], damaged);
            _ = ElfImage.Problem(folder["damaged.so"]);
        }
    }

    [TestMethod]
    [DataRow("/dev/zero")]
    [DataRow("/")]
    [DataRow("/nowhere")]
    public void What_is_no_file_is_a_problem_and_no_library(string path)
    {
        Assert.IsNotNull(ElfImage.Problem(path));
        Assert.IsFalse(ElfImage.IsElf(path));
    }
}
