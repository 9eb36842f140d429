using Microsoft.VisualStudio.TestTools.UnitTesting;
using TaskArithmetic.Diagnostics;

namespace TaskArithmetic.Tests.Diagnostics;

[TestClass]
public sealed class DiagnosticTests
{
    [TestMethod]
    public void The_canonical_form_is_one_line_that_build_tools_parse()
    {
        Assert.AreEqual("app.csproj: error TA2001: first second", Diagnostic.Error("TA2001", "first\nsecond").ToCanonicalString("app.csproj"));
        Assert.AreEqual("merge: warning TA1001: text", Diagnostic.Warning("TA1001", "text").ToCanonicalString("merge"));
    }

    [TestMethod]
    public void A_refusal_lists_every_finding_in_its_message()
    {
        var refusal = new DiagnosticException([Diagnostic.Error("TA2001", "one"), Diagnostic.Warning("TA1001", "two")]);

        Assert.AreEqual($"TA2001: one{Environment.NewLine}TA1001: two", refusal.Message);
    }

    [TestMethod]
    public void A_long_list_names_four_and_counts_the_rest()
    {
        Assert.AreEqual("'a', 'b'", Listing.Of(["a", "b"]));
        Assert.AreEqual("'a', 'b', 'c', 'd' and 2 more", Listing.Of(["a", "b", "c", "d", "e", "f"]));
    }
}
