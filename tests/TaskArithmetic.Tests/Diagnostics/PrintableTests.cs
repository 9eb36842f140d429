using Microsoft.VisualStudio.TestTools.UnitTesting;
using TaskArithmetic.Diagnostics;

namespace TaskArithmetic.Tests.Diagnostics;

[TestClass]
public sealed class PrintableTests
{
    [TestMethod]
    [DataRow("model.layers.0.mlp", "model.layers.0.mlp")]
    [DataRow("größe Ω 模型 🦙 ½", "größe Ω 模型 🦙 ½")]
    [DataRow("\u001b[31mred\u001b[0m", @"\u001b[31mred\u001b[0m")]
    [DataRow("a\r\nb\tc\0", @"a\u000d\u000ab\u0009c\u0000")]
    [DataRow("\u009b2J\u0085\u007f", @"\u009b2J\u0085\u007f")]
    [DataRow("gpj\u202eexe\u2066x\u2069\u200f", @"gpj\u202eexe\u2066x\u2069\u200f")]
    [DataRow("a\u2028b\u2029c\ufeff\u200b", @"a\u2028b\u2029c\ufeff\u200b")]
    [DataRow("tag\U000e0041", @"tag\U000e0041")]
    public void What_a_terminal_would_obey_or_hide_becomes_text(string text, string expected) => Assert.AreEqual(expected, Printable.Of(text));

    [TestMethod]
    public void Halves_of_surrogate_pairs_become_text()
    {
        Assert.AreEqual(@"a\ud83db\ude00", Printable.Of("a" + (char)0xd83d + "b" + (char)0xde00));
        Assert.AreEqual(@"\ud83d", Printable.Of(((char)0xd83d).ToString()));
    }

    [TestMethod]
    public void Every_character_is_either_printed_as_it_is_or_as_plain_letters_and_digits()
    {
        for (var c = 0; c <= char.MaxValue; c++)
        {
            var printed = Printable.Of(((char)c).ToString());

            Assert.IsTrue(printed == ((char)c).ToString() ? !char.IsControl((char)c) && !char.IsSurrogate((char)c) : printed == $"\\u{c:x4}", printed);
        }
    }

    [TestMethod]
    public void A_finding_never_carries_what_a_terminal_obeys_nor_a_second_line()
    {
        var finding = Diagnostic.Error("TA2001", "tensor '\u001b]0;title\u0007': \nx.csproj: error TA9999: planted");

        Assert.AreEqual(
            @"a\u001b.csproj: error TA2001: tensor '\u001b]0;title\u0007':  x.csproj: error TA9999: planted",
            finding.ToCanonicalString("a\u001b.csproj"));
        Assert.DoesNotContain('\u001b', new DiagnosticException(finding).Message);
    }
}
