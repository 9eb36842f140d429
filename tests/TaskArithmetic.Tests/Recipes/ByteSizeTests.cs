using Microsoft.VisualStudio.TestTools.UnitTesting;
using TaskArithmetic.Diagnostics;
using TaskArithmetic.Recipes;

namespace TaskArithmetic.Tests.Recipes;

[TestClass]
public sealed class ByteSizeTests
{
    [TestMethod]
    [DataRow("1", 1)]
    [DataRow("1000000", 1_000_000)]
    [DataRow("5GB", 5_000_000_000)]
    [DataRow("5 gb", 5_000_000_000)]
    [DataRow("256MiB", 268_435_456)]
    [DataRow("1.5K", 1500)]
    [DataRow("1Ki", 1024)]
    [DataRow("2TB", 2_000_000_000_000)]
    [DataRow("1TiB", 1_099_511_627_776)]
    public void Sizes_are_read_as_people_write_them(string text, long bytes)
    {
        Assert.AreEqual(bytes, ByteSize.Parse(text));
    }

    [TestMethod]
    [DataRow("")]
    [DataRow("0")]
    [DataRow("0.2")]
    [DataRow("-1")]
    [DataRow("GB")]
    [DataRow("5 PB")]
    [DataRow("1,5GB")]
    [DataRow("five")]
    [DataRow("99999999TB")]
    public void What_is_no_size_is_refused(string text)
    {
        var refusal = Assert.ThrowsExactly<DiagnosticException>(() => ByteSize.Parse(text));

        Assert.AreEqual("TA2019", refusal.Diagnostics.Single().Code);
        StringAssert.Contains(refusal.Message, $"size '{text}'");
    }

    [TestMethod]
    [DataRow(999, "999 B")]
    [DataRow(1500, "1.5 kB")]
    [DataRow(5_000_000_000, "5 GB")]
    [DataRow(12_345_678, "12.35 MB")]
    public void Sizes_are_shown_in_powers_of_a_thousand(double bytes, string expected)
    {
        Assert.AreEqual(expected, ByteSize.Format(bytes));
    }
}
