using System.Diagnostics;
using TaskArithmetic.Diagnostics;
using TaskArithmetic.Evaluation.Benchmarks;
using TaskArithmetic.Evaluation.Catalog;
using TaskArithmetic.TestSupport;

namespace TaskArithmetic.Evaluation.Tests.Catalog;

/// <summary>Task files that would grow without bound, hang or end in a stack trace: refused with a code and a place.</summary>
[TestClass]
public sealed class HostileTaskFileTests : IDisposable
{
    private const string Task = """
        task: t
        dataset_path: json
        dataset_kwargs: {data_files: {test: q.jsonl}}
        test_split: test
        doc_to_text: "{{q}}"
        doc_to_target: "{{a}}"

        """;

    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    public static IEnumerable<object[]> Bombs =>
    [
        ["aliases that multiply in a list", Levels(9, i => $"k{i}: &b{i} [{Times($"*b{i - 1}", 8)}]", "k0: &b0 [1,2,3]") + "metadata: {x: *b9}", "TA4055"],
        ["aliases that multiply in a mapping", Levels(9, i => $"k{i}: &b{i} {{{string.Join(", ", Enumerable.Range(0, 8).Select(n => $"a{n}: *b{i - 1}"))}}}", "k0: &b0 {a: 1}") + "generation_kwargs: *b9", "TA4055"],
        ["aliases that multiply a long text", Levels(6, i => $"k{i}: &b{i} [{Times($"*b{i - 1}", 8)}]", $"k0: &b0 {new string('x', 10_000)}") + "metadata: {x: *b6}", "TA4055"],
        ["merge keys that multiply", Levels(9, i => $"m{i}: &m{i} {{<<: [{Times($"*m{i - 1}", 8)}]}}", "m0: &m0 {a: 1}") + "metadata: {<<: *m9}", "TA4055"],
        ["an alias inside its list", "x: &a [*a]\n", "TA4055"],
        ["an alias inside its mapping", "x: &a {y: {z: *a}}\n", "TA4055"],
        ["a merge key of itself", "metadata: &a {<<: *a}\n", "TA4055"],
        ["deep mappings", "metadata: " + Repeat("{a: ", 20_000) + "1" + Repeat("}", 20_000), "TA4055"],
        ["deep lists", "metadata: {a: " + Repeat("[", 100_000), "TA4055"],
        ["deep block lists", "metadata:\n  a:\n" + string.Concat(Enumerable.Range(2, 400).Select(i => new string(' ', i) + "-\n")), "TA4055"],
        ["a number of very many digits", "repeats: " + new string('9', 200_000), "TA4055"],
        ["a number beyond its range", "repeats: 99999999999999999999", "TA4004"],
        ["more repeats than anyone makes", "repeats: 2000000000", "TA4004"],
        ["a list as a key", "metadata: {? [1, 2] : 3}\n", "TA4055"],
        ["a name that does not fit a file", "task: " + new string('n', 1000), "TA4004"],
        ["an include of a device", "include: /dev/zero\n", "TA4001"],
        ["an include of a folder", "include: /tmp\n", "TA4001"],
        ["an include of a name that is none", "include: \"a\\0b\"\n", "TA4000"],
    ];

    [TestMethod]
    [DynamicData(nameof(Bombs))]
    public void A_file_that_grows_without_bound_is_refused(string what, string text, string code)
    {
        // A second 'task' would be a duplicate key before anything else.
        File.WriteAllText(folder["t.yaml"], (text.StartsWith("task:", StringComparison.Ordinal) ? Task.Replace("task: t\n", "", StringComparison.Ordinal) : Task) + text);
        var before = GC.GetAllocatedBytesForCurrentThread();
        var error = Assert.ThrowsExactly<DiagnosticException>(() => BenchmarkCatalog.Load().Select([folder["t.yaml"]]), what);
        Assert.Contains(d => d.Code == code, error.Diagnostics, error.Message);
        Assert.IsTrue(GC.GetAllocatedBytesForCurrentThread() - before < 100_000_000, "memory");
        if (code == "TA4055")
            Assert.MatchesRegex(@"t\.yaml\(\d+,\d+\): ", error.Message, "line and column");
    }

    [TestMethod]
    public void A_pipe_that_is_included_or_lies_in_the_folder_is_refused_and_not_waited_for()
    {
        using (var made = Process.Start("mkfifo", [folder["pipe.yaml"]]))
            made.WaitForExit();
        File.WriteAllText(folder["t.yaml"], "include: pipe.yaml\n" + Task);
        var error = Assert.ThrowsExactly<DiagnosticException>(() => BenchmarkCatalog.Load().Select([folder["t.yaml"]]));
        Assert.AreEqual("TA4001", error.Diagnostics[0].Code);
        Assert.Contains("no file", error.Message);
        Assert.Contains("t.yaml(1): the included file", error.Message);
        // Beside a good file it does not matter.
        File.WriteAllText(folder["t.yaml"], Task);
        Assert.HasCount(1, BenchmarkCatalog.Load(folder.Path).Select([folder["t.yaml"]]).Tasks);
    }

    [TestMethod]
    public void Bytes_that_are_no_utf8_and_files_of_gigabytes_are_refused()
    {
        File.WriteAllBytes(folder["t.yaml"], [.. System.Text.Encoding.UTF8.GetBytes(Task), 0xff, 0xfe]);
        Assert.Contains("it is not UTF-8", Assert.ThrowsExactly<DiagnosticException>(() => BenchmarkCatalog.Load().Select([folder["t.yaml"]])).Message);
        using (var file = File.Create(folder["t.yaml"]))
            file.SetLength(5L << 30);
        Assert.Contains("5368709120 bytes", Assert.ThrowsExactly<DiagnosticException>(() => BenchmarkCatalog.Load().Select([folder["t.yaml"]])).Message);
    }

    [TestMethod]
    public void Includes_that_multiply_are_refused()
    {
        for (var i = 0; i < 40; i++)
            File.WriteAllText(folder[$"i{i}.yaml"], $"include: [i{i + 1}.yaml, i{i + 1}.yaml]\n");
        File.WriteAllText(folder["i40.yaml"], "repeats: 1\n");
        File.WriteAllText(folder["t.yaml"], "include: i0.yaml\n" + Task);
        var error = Assert.ThrowsExactly<DiagnosticException>(() => BenchmarkCatalog.Load().Select([folder["t.yaml"]]));
        Assert.AreEqual("TA4056", error.Diagnostics.Single().Code);
    }

    [TestMethod]
    public void Groups_that_multiply_are_refused()
    {
        for (var i = 0; i < 40; i++)
            File.WriteAllText(folder[$"g{i}.yaml"], $"group: g{i}\ntask: [g{i + 1}, g{i + 1}]\n");
        File.WriteAllText(folder["g40.yaml"], Task.Replace("task: t", "task: g40", StringComparison.Ordinal));
        var error = Assert.ThrowsExactly<DiagnosticException>(() => BenchmarkCatalog.Load(folder.Path).Select(["g0"]));
        Assert.Contains(d => d.Code == "TA4056", error.Diagnostics);
        Assert.IsLessThan(100, error.Diagnostics.Count);
    }

    [TestMethod]
    public void Anchors_and_merge_keys_as_people_use_them_are_read()
    {
        File.WriteAllText(folder["t.yaml"], Task + """
            generation_kwargs: &g
              until: ["x"]
            metadata:
              <<: *g
              version: 3
            filter_list:
              - name: a
                filter: &f [{function: take_first}]
              - name: b
                filter: *f
            """);
        var task = BenchmarkCatalog.Load().Select([folder["t.yaml"]]).Tasks.Single();
        Assert.AreEqual("3", task.Version!.ToString());
        Assert.HasCount(2, task.FilterList!);
    }

    [TestMethod]
    public void Benchmarks_are_listed_with_what_one_chooses_by()
    {
        File.WriteAllText(folder["t.yaml"], Task + "tag: mine\nnum_fewshot: 2\n");
        var list = BenchmarkCatalog.Load(folder.Path).List();
        var own = list.Single(l => l.Name == "t");
        Assert.AreEqual(("task", "generate_until", 2, "exact_match"), (own.Kind, own.OutputType, own.NumFewshot, own.Metrics.Single()));
        Assert.AreEqual("t", list.Single(l => l is { Kind: "tag", Name: "mine" }).Members.Single());
        Assert.HasCount(27, list.Single(l => l.Name == "bbh").Members);
        Assert.IsTrue(list.Single(l => l.Name == "humaneval").RunsPrograms);
        CollectionAssert.AreEqual(list.Select(l => l.Name).Order(StringComparer.Ordinal).ToArray(), list.Select(l => l.Name).ToArray());
    }

    private static string Levels(int count, Func<int, string> level, string first) => first + "\n" + string.Concat(Enumerable.Range(1, count).Select(i => level(i) + "\n"));

    private static string Times(string text, int count) => string.Join(',', Enumerable.Repeat(text, count));

    private static string Repeat(string text, int count) => string.Concat(Enumerable.Repeat(text, count));
}
