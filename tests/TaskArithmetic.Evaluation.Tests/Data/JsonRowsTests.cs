using TaskArithmetic.Diagnostics;
using TaskArithmetic.Evaluation.Data;
using TaskArithmetic.TestSupport;

namespace TaskArithmetic.Evaluation.Tests.Data;

[TestClass]
public sealed class JsonRowsTests
{
    [TestMethod]
    [DataRow("{\"a\": 1}\n\n{\"a\": 2}\n", null)]
    [DataRow("[{\"a\": 1},\n {\"a\": 2}]", null)]
    [DataRow("{\"rows\": [{\"a\": 1}, {\"a\": 2}]}", "rows")]
    public void Lines_lists_and_fields_give_the_same_rows(string content, string? field)
    {
        using var folder = new TemporaryFolder();
        File.WriteAllText(folder["f.json"], content);
        Assert.AreEqual("{'a': 1} {'a': 2}", string.Join(' ', JsonRows.Read(folder["f.json"], field)));
    }

    [TestMethod]
    public void Rows_get_all_columns_in_the_order_of_their_first_appearance()
    {
        using var folder = new TemporaryFolder();
        File.WriteAllText(folder["f.jsonl"], "{\"b\": 1}\n{\"a\": 2, \"b\": 3}\n");
        Assert.AreEqual("{'b': 1, 'a': None} {'b': 3, 'a': 2}", string.Join(' ', JsonRows.Align(JsonRows.Read(folder["f.jsonl"], null))));
    }

    [TestMethod]
    public void A_column_of_whole_and_broken_numbers_holds_broken_ones()
    {
        using var folder = new TemporaryFolder();
        File.WriteAllText(folder["f.jsonl"], "{\"a\": 1, \"b\": 2}\n{\"a\": 1.5, \"b\": 3}\n");
        Assert.AreEqual("{'a': 1.0, 'b': 2} {'a': 1.5, 'b': 3}", string.Join(' ', JsonRows.Align(JsonRows.Read(folder["f.jsonl"], null))));
    }

    [TestMethod]
    public void Every_broken_line_is_named()
    {
        using var folder = new TemporaryFolder();
        File.WriteAllText(folder["f.jsonl"], "{\"b\": 1}\n{\"a\": \n[1]\n");
        var error = Assert.ThrowsExactly<DiagnosticException>(() => JsonRows.Read(folder["f.jsonl"], null));
        Assert.HasCount(2, error.Diagnostics);
        Assert.Contains("f.jsonl(2)", error.Message);
        Assert.Contains("f.jsonl(3)", error.Message);
    }
}
