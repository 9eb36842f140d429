using TaskArithmetic.Diagnostics;
using TaskArithmetic.Evaluation.Catalog;
using TaskArithmetic.TestSupport;

namespace TaskArithmetic.Evaluation.Tests.Catalog;

[TestClass]
public sealed class BenchmarkCatalogTests
{
    private const string Task = """
        task: mine
        dataset_path: json
        dataset_kwargs: {data_files: {test: rows.jsonl}}
        test_split: test
        doc_to_text: "{{q}}"
        doc_to_target: "{{a}}"
        """;

    [TestMethod]
    public void Every_built_in_benchmark_can_be_selected()
    {
        var catalog = BenchmarkCatalog.Load();
        foreach (var name in catalog.Names)
            Assert.IsNotEmpty(catalog.Select([name]).Tasks, name);
        foreach (var name in new[] { "gsm8k", "gsm8k_cot", "gsm8k_cot_zeroshot", "gsm8k_cot_llama", "humaneval", "humaneval_instruct", "sciq" })
            Assert.HasCount(1, catalog.Select([name]).Tasks, name);
        foreach (var group in new[] { "bbh", "bbh_cot_fewshot", "bbh_fewshot", "bbh_zeroshot", "bbh_cot_zeroshot" })
            Assert.HasCount(27, catalog.Select([group]).Tasks, group);
        Assert.HasCount(8, catalog.Select(["paper"]).Tasks);
    }

    [TestMethod]
    public void All_problems_of_a_file_are_reported_at_once_with_their_lines()
    {
        using var folder = new TemporaryFolder();
        File.WriteAllText(folder["bad.yaml"], """
            task: bad
            dataset_path: json
            doc_to_txt: "{{q}}"
            doc_to_target: "{{a}}"
            test_split: test
            process_docs: !function utils.process
            num_fewshot: many
            output_type: generate
            filter_list:
              - name: f
                filter:
                  - function: regx
                  - function: regex
                    regex_pattern: "("
            metric_list:
              - metric: exact_macth
              - metric: acc
              - metric: exact_match
                ignore_cases: true
            """);
        var error = Assert.ThrowsExactly<DiagnosticException>(() => BenchmarkCatalog.Load().Select([folder["bad.yaml"]]));
        var found = error.Diagnostics.Select(d => d.Code).ToArray();
        foreach (var code in new[] { "TA4002", "TA4003", "TA4004", "TA4005", "TA4010", "TA4012", "TA4013", "TA4014" })
            CollectionAssert.Contains(found, code);
        Assert.Contains("bad.yaml(3): a task has no key 'doc_to_txt'. Did you mean 'doc_to_text'?", error.Message);
        Assert.Contains("'process_docs' needs Python code", error.Message);
        Assert.Contains("there is no filter 'regx'. Did you mean 'regex'?", error.Message);
        Assert.Contains("there is no metric 'exact_macth'. Did you mean 'exact_match'?", error.Message);
        Assert.Contains("has no key 'ignore_cases'. Did you mean 'ignore_case'?", error.Message);
    }

    [TestMethod]
    public void Own_names_replace_built_in_ones()
    {
        using var folder = new TemporaryFolder();
        File.WriteAllText(folder["gsm8k.yaml"], Task.Replace("mine", "gsm8k", StringComparison.Ordinal));
        Assert.AreEqual("json", BenchmarkCatalog.Load(folder.Path).Select(["gsm8k"]).Tasks[0].DatasetPath);
        Assert.AreEqual("json", BenchmarkCatalog.Load().Select([folder["gsm8k.yaml"]]).Tasks[0].DatasetPath);
    }

    [TestMethod]
    public void The_including_file_wins_over_its_includes_and_later_includes_over_earlier_ones()
    {
        using var folder = new TemporaryFolder();
        File.WriteAllText(folder["a.yaml"], Task + "\ndescription: a\ngen_prefix: a\nnum_fewshot: 1");
        File.WriteAllText(folder["b.yaml"], "description: b\ngen_prefix: b");
        File.WriteAllText(folder["c.yaml"], "include: [a.yaml, b.yaml]\ntask: c\ndescription: c");
        var task = BenchmarkCatalog.Load().Select([folder["c.yaml"]]).Tasks[0];
        Assert.AreEqual(("c", "c", "b", (int?)1), (task.Name, task.Description, task.GenPrefix!, task.NumFewshot));
    }

    [TestMethod]
    public void An_include_that_includes_itself_is_refused()
    {
        using var folder = new TemporaryFolder();
        File.WriteAllText(folder["a.yaml"], "include: b.yaml\n" + Task);
        File.WriteAllText(folder["b.yaml"], "include: a.yaml");
        var error = Assert.ThrowsExactly<DiagnosticException>(() => BenchmarkCatalog.Load().Select([folder["a.yaml"]]));
        CollectionAssert.Contains(error.Diagnostics.Select(d => d.Code).ToArray(), "TA4006");
    }

    [TestMethod]
    public void A_missing_include_is_named_with_the_line_that_asks_for_it()
    {
        using var folder = new TemporaryFolder();
        File.WriteAllText(folder["a.yaml"], Task + "\ninclude: nowhere.yaml");
        var error = Assert.ThrowsExactly<DiagnosticException>(() => BenchmarkCatalog.Load().Select([folder["a.yaml"]]));
        Assert.AreEqual("TA4000", error.Diagnostics[0].Code);
        Assert.Contains("a.yaml(7): the included file", error.Message);
    }

    [TestMethod]
    public void An_unknown_name_is_answered_with_the_nearest_one()
    {
        var error = Assert.ThrowsExactly<DiagnosticException>(() => BenchmarkCatalog.Load().Select(["gsm8", "nothing_like_it_at_all"]));
        Assert.HasCount(2, error.Diagnostics);
        Assert.Contains("Did you mean 'gsm8k'?", error.Diagnostics[0].Message);
    }

    [TestMethod]
    public void A_group_file_finds_its_tasks_beside_it_and_changes_them_for_all_or_one()
    {
        using var folder = new TemporaryFolder();
        File.WriteAllText(folder["mine.yaml"], Task);
        File.WriteAllText(folder["group.yaml"], """
            group: ours
            num_fewshot: 2
            task:
              - mine
              - task: gsm8k
                num_fewshot: 3
              - group: inner
                task: [sciq]
            """);
        var selection = BenchmarkCatalog.Load().Select([folder["group.yaml"]]);
        Assert.AreEqual("mine 2, gsm8k 3, sciq 2", string.Join(", ", selection.Tasks.Select(t => $"{t.Name} {t.NumFewshot}")));
        Assert.AreEqual("ours::inner", selection.Groups[0].Groups[0].Name);
    }

    [TestMethod]
    public void A_tag_selects_its_tasks_in_order_of_name() =>
        Assert.AreEqual("gsm8k_cot, gsm8k_cot_llama, gsm8k_cot_zeroshot",
            string.Join(", ", BenchmarkCatalog.Load().Select(["chain_of_thought"]).Tasks.Select(t => t.Name)));

    [TestMethod]
    public void Scalars_are_read_as_yaml_1_1()
    {
        using var folder = new TemporaryFolder();
        File.WriteAllText(folder["t.yaml"], Task + """

            metadata: {yes_: yes, octal: 010, text: 1e5, float: 1.5, hex: 0x10, quoted: "no", none: ~, under: 1_000}
            """);
        var metadata = BenchmarkCatalog.Load().Select([folder["t.yaml"]]).Tasks[0].Metadata;
        Assert.AreEqual(
            "{'yes_': True, 'octal': 8, 'text': '1e5', 'float': 1.5, 'hex': 16, 'quoted': 'no', 'none': None, 'under': 1000}", metadata.ToString());
    }
}
