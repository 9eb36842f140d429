using System.Text;
using TaskArithmetic.Evaluation.Catalog;
using TaskArithmetic.Evaluation.Data;
using TaskArithmetic.Evaluation.Engines;
using TaskArithmetic.Evaluation.Running;
using TaskArithmetic.TestSupport;
using TaskArithmetic.Text.ChatTemplates;

namespace TaskArithmetic.Evaluation.Tests.Mutations;

/// <summary>
/// Damaged task files, from the file to the score: each is taken or refused with a code. <c>TASKARITHMETIC_MUTATIONS=20000</c> is the long form.
/// </summary>
[TestClass]
public sealed class TaskFileMutationTests
{
    private const string Rows = """
        {"q": "1+1?", "a": "2", "choices": ["1", "2"], "label": 1, "prompt": "def f():\n", "input": "Options:\n(A) x\n(B) y List: b a", "target": "(A)"}
        {"q": "2+2?", "a": "4", "choices": ["3", "4"], "label": 0, "prompt": "def g():\n", "input": "x", "target": "y"}
        {"q": "3+3?", "a": "6", "choices": ["6", "7"], "label": 0, "prompt": "def h():\n", "input": "z", "target": "z"}
        """;

    private static readonly string[] Words =
    [
        "include: t.yaml\n", "include: /dev/zero\n", "!function f.g", "&a ", "*a", "<<: *a\n", "task: ", "group: ", "task_list:\n", "num_fewshot: 2\n", "repeats: 3\n",
        "output_type: multiple_choice\n", "output_type: loglikelihood\n", "output_type: loglikelihood_rolling\n", "doc_to_choice: choices\n", "doc_to_target: label\n",
        "doc_to_text: \"{{q}}\"\n", "fewshot_config: {sampler: first_n}\n", "fewshot_split: test\n", "description: \"{{q * 3}}\"\n", "gen_prefix: A\n",
        "{{ '%d' % q }}", "{{ q[::-1] }}", "{% for i in range(9) %}x{% endfor %}", "{{ q | regex_replace('a', 'b') }}", "([", "(a+)+$", "\\\\b", "(?P<n>a)(?P=n)", "{ [ ( \"",
        "generation_kwargs: {until: [\"x\"], max_gen_toks: 4}\n", "metric_list: [{metric: brier_score}]\n", "metric_list: [{metric: f1}, {metric: mcc}]\n",
        "filter_list: [{name: f, filter: [{function: regex, regex_pattern: \"(x)\"}]}]\n", "{function: bbh_word_sort}", "{function: majority_vote}", "{function: map, mapping_dict: {a: b}}",
        "data_files: {test: '**'}", "data_files: nowhere.json", "process_docs: x\n", "metadata: {version: .nan}\n", "think_end_token: x\n", "- ", ": ", "? ", "| \n", "%YAML 1.1\n---\n", "...\n",
    ];

    [TestMethod]
    public void Every_damaged_task_file_is_taken_or_refused_with_a_code() =>
        new MutationRun("task YAML", Read).Require(new Mutation([.. Seeds()], Words), Mutation.Count(300));

    [TestMethod]
    public void What_was_found_stays_found() => new MutationRun("task YAML corpus", Read).Require(Corpus());

    /// <summary>The built-in task files, made to read the rows above, and one that uses what they do not.</summary>
    private static IEnumerable<byte[]> Seeds()
    {
        foreach (var file in TaskFolder.BuiltInFiles)
        {
            var text = TaskFolder.BuiltIn.Read(file)!;
            yield return Encoding.UTF8.GetBytes("task: t\ndataset_path: json\ndataset_kwargs: {data_files: {test: q.jsonl, train: q.jsonl}}\ntest_split: test\ndoc_to_text: q\ndoc_to_target: a\n"
                + string.Join('\n', text.Split('\n').Where(l => !l.StartsWith("task:", StringComparison.Ordinal) && !l.StartsWith("dataset", StringComparison.Ordinal)
                    && !l.StartsWith("test_split", StringComparison.Ordinal) && !l.StartsWith("doc_to_t", StringComparison.Ordinal) && !l.StartsWith("include", StringComparison.Ordinal))));
        }
        yield return """
            task: t
            tag: [a, b]
            dataset_path: json
            dataset_kwargs: {data_files: {test: q.jsonl}}
            test_split: test
            num_fewshot: 1
            fewshot_config: {sampler: first_n, samples: [{q: "0+1?", a: "1", choices: ["1"], label: 0}]}
            output_type: multiple_choice
            doc_to_text: "{{q}}\nAnswer:"
            doc_to_choice: "{{choices}}"
            doc_to_target: "{{label}}"
            description: &d "Add.\n\n"
            metric_list:
              - metric: acc
              - {metric: acc_norm, aggregation: mean, higher_is_better: true}
            metadata: {version: 1.0, note: *d}
            """u8.ToArray();
        yield return """
            task: t
            dataset_path: json
            dataset_kwargs: {data_files: {test: q.jsonl}}
            test_split: test
            doc_to_text: "Question: {{q}}\nAnswer:"
            doc_to_target: "{{a}}"
            generation_kwargs: {do_sample: false, max_gen_toks: 32, until: ["Question:", "\n\n"]}
            repeats: 2
            filter_list:
              - name: strict
                filter:
                  - {function: regex, regex_pattern: "#### (\\-?[0-9\\.\\,]+)", group_select: -1, fallback: "[none]"}
                  - {function: take_first}
            metric_list:
              - {metric: exact_match, ignore_case: true, regexes_to_ignore: [",", "\\$"]}
            """u8.ToArray();
        yield return """
            group: g
            group_alias: G
            task:
              - t1
              - {task: t2, num_fewshot: 0, dataset_path: json, dataset_kwargs: {data_files: {test: q.jsonl}}, test_split: test, doc_to_text: q, doc_to_target: a}
              - group: inner
                task: [gsm8k]
            aggregate_metric_list: [{metric: exact_match, weight_by_size: true, filter_list: none}]
            metadata: {version: 2}
            """u8.ToArray();
    }

    private static IEnumerable<(string, byte[])> Corpus()
    {
        var folder = Path.Combine(RepositoryRoot.Path!, "tests", "TaskArithmetic.Evaluation.Tests", "Mutations", "Corpus", "task-yaml");
        return Directory.EnumerateFiles(folder).Order(StringComparer.Ordinal).Select(f => (Path.GetFileName(f), File.ReadAllBytes(f)));
    }

    private static void Read(byte[] bytes)
    {
        using var folder = new TemporaryFolder();
        File.WriteAllBytes(folder["t.yaml"], bytes);
        File.WriteAllText(folder["q.jsonl"], Rows);
        var selection = BenchmarkCatalog.Load().Select([folder["t.yaml"]]);
        new BenchmarkRunner(new DatasetStore(null, folder["data"]), folder.Path)
            .RunAsync(selection, new FixedAnswers(), new BenchmarkRunOptions { Limit = 3, BootstrapIterations = 0 }, null, CancellationToken.None).GetAwaiter().GetResult();
    }

    /// <summary>Answers everything, and is asked in the caller's thread.</summary>
    private sealed class FixedAnswers : IEvaluationEngine
    {
        public string Name => "fixed";

        public string Identity => "fixed";

        public int MaxLength => 4096;

        public string? EndOfSequenceText => null;

        public string ApplyChatTemplate(IReadOnlyList<ChatMessage> messages, bool continueFinalMessage) => string.Concat(messages.Select(m => m.Content));

        public Task<IReadOnlyList<Generation>> GenerateAsync(IReadOnlyList<GenerationRequest> requests, Action<int, Generation>? completed, CancellationToken cancellationToken) =>
            Task.FromResult<IReadOnlyList<Generation>>([.. requests.Select(_ => new Generation("aaaaaaaaaaaaaaaaaaaaaaaaaaaaaa! So the answer is (A). #### 2", FinishReason.Stop, 1, 1))]);

        public Task<IReadOnlyList<Loglikelihood>> ScoreAsync(IReadOnlyList<LoglikelihoodRequest> requests, Action<int, Loglikelihood>? completed, CancellationToken cancellationToken) =>
            Task.FromResult<IReadOnlyList<Loglikelihood>>([.. requests.Select((_, i) => new Loglikelihood(-1 - i % 3, i % 2 == 0))]);

        public Task<IReadOnlyList<Loglikelihood>> ScoreRollingAsync(IReadOnlyList<string> texts, Action<int, Loglikelihood>? completed, CancellationToken cancellationToken) =>
            Task.FromResult<IReadOnlyList<Loglikelihood>>([.. texts.Select(_ => new Loglikelihood(-1, false))]);

        public ValueTask DisposeAsync() => ValueTask.CompletedTask;
    }
}
