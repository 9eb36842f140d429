using System.Text;
using TaskArithmetic.Evaluation.Data;
using TaskArithmetic.TestSupport;

namespace TaskArithmetic.Evaluation.Tests.Mutations;

/// <summary>Damaged rows: each file is taken or refused with a code. <c>TASKARITHMETIC_MUTATIONS=20000</c> is the long form.</summary>
[TestClass]
public sealed class DataFileMutationTests
{
    private static readonly string[] Words =
        ["NaN", "Infinity", "-0", "1e400", "\"\\ud800\"", "\"\\u0000\"", "{\"a\":1,\"a\":2}", "[[[[[[[[", "{}", "[]", "null", "\n\n", "//", ",}", "'a'", "\"examples\": [", "\ufeff"];

    [TestMethod]
    public void Every_damaged_row_file_is_taken_or_refused_with_a_code() =>
        new MutationRun("JSONL", Read).Require(new Mutation([.. Seeds()], Words), Mutation.Count(300));

    private static IEnumerable<byte[]> Seeds()
    {
        yield return """
            {"question": "Janet has 3 eggs.", "answer": "3 #### 3", "n": 3, "x": 1.5, "choices": ["a", "b"], "more": {"deep": [1, null, true]}}
            {"question": "Zwölf – ? \ud83d\ude00", "answer": "#### 12", "n": -12, "x": 2, "choices": [], "more": null}
            """u8.ToArray();
        yield return """[{"input": "True and False", "target": "False"}, {"input": "x", "target": "y"}]"""u8.ToArray();
        yield return """{"examples": [{"input": "a", "target": "b"}], "canary": "c"}"""u8.ToArray();
        yield return Encoding.UTF8.GetBytes(string.Concat(Enumerable.Range(0, 50).Select(i => $"{{\"id\": {i}, \"text\": \"{new string('x', i * 20)}\"}}\n")));
    }

    private static void Read(byte[] bytes)
    {
        using var folder = new TemporaryFolder();
        File.WriteAllBytes(folder["q.jsonl"], bytes);
        foreach (var row in JsonRows.Align(JsonRows.Read(folder["q.jsonl"], bytes.Length % 3 == 0 ? "examples" : null)))
            PythonJson.Write(row);
    }
}
