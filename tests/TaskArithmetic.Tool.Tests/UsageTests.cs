using System.Text.Json;
using System.Text.RegularExpressions;
using Microsoft.VisualStudio.TestTools.UnitTesting;

namespace TaskArithmetic.Tool.Tests;

/// <summary>Help, misspelt words, values of the wrong kind, response files.</summary>
[TestClass]
public sealed partial class UsageTests
{
    private static readonly string[] Verbs = ["merge", "extract", "check", "inspect", "compare", "verify", "eval", "cache", "cache list", "cache prune", "cache verify", "recipe", "methods", "doctor"];

    [TestMethod]
    [DataRow("mrege", "Did you mean 'merge'?")]
    [DataRow("Compare a b", "Did you mean 'compare'?")]
    [DataRow("cache prnue", "Did you mean 'cache prune'?")]
    [DataRow("abracadabra --base x", "The verbs are merge, extract")]
    [DataRow("merge --base a --vector b --ouput c", "Did you mean '--output'?")]
    [DataRow("merge --bsae=a --vector b --output c", "Did you mean '--base'?")]
    [DataRow("inspect --jsno model", "Did you mean '--json'?")]
    [DataRow("verify model --rebiuld", "Did you mean '--rebuild'?")]
    [DataRow("merge --vector --ouput c --base a", "Did you mean '--output'?")]
    [DataRow("merge --base a --vector b,alpah=1 --output c", "Did you mean 'alpha'?")]
    [DataRow("merge --base a --vector b,tensor=x --output c", "Did you mean 'tensors'?")]
    [DataRow("eval m --benchmark sciq,limt=3 --output c", "Did you mean 'limit'?")]
    [DataRow("merge --base a --vector b --output c --method task-arithmetic", "Did you mean 'task_arithmetic'?")]
    [DataRow("merge --base a --vector b,density=1 --output c --method tise", "Did you mean 'ties'?")]
    [DataRow("methods task_arithmetics", "Did you mean 'task_arithmetic'?")]
    [DataRow("merge --base a --vector b --output c --lamda 2", "Did you mean '--lambda'?")]
    [DataRow("merge --base a --vector b --output c --output-dtype bfloat61", "Did you mean 'bfloat16'?")]
    public async Task A_misspelt_word_is_answered_with_the_nearest_one(string call, string answer)
    {
        using var tool = new ToolFolder();

        var result = await tool.RunAsync(call.Split(' '));

        Assert.AreEqual(2, result.ExitCode, result.ToString());
        Assert.HasCount(1, result.Codes, result.ToString());
        Assert.Contains(answer, result.Error);
        Assert.DoesNotContain("?.", result.Error);
    }

    [TestMethod]
    [DataRow("merge --base a --vector b --output c --lambda 0,7", "--lambda must be a number such as 0.7, not '0,7'")]
    [DataRow("merge --base a --vector b --output c --lambda NaN", "--lambda must be a number")]
    [DataRow("merge --base a --vector b --output c --threads 0", "--threads must be a whole number from 1, not '0'")]
    [DataRow("merge --base a --vector b --output c --threads 1e3", "--threads must be a whole number from 1")]
    [DataRow("merge --base a --vector b --output c --max-shard-size big", "size 'big' is not a size")]
    [DataRow("merge --base a --vector b --output c --normalize=perhaps", "--normalize")]
    [DataRow("merge --base a --vector b --output c --json=perhaps", "--json")]
    [DataRow("eval m --benchmark sciq --output c --limit many", "--limit must be a number")]
    [DataRow("eval m --benchmark sciq --output c --num-fewshot 1.5", "--num-fewshot must be a whole number")]
    [DataRow("eval m --benchmark sciq --output c --batch-size many", "--batch-size must be a whole number")]
    [DataRow("eval m --benchmark sciq --output c --profile parityy", "--profile must be one of parity, chat, paper")]
    [DataRow("merge --base a --vector b --output", "--output needs a value")]
    [DataRow("merge --vector b --output c", "--base is missing")]
    [DataRow("merge --output c --base b", "--vector is missing")]
    [DataRow("merge --recipe r.json --output c --base b", "--recipe and --base exclude each other")]
    [DataRow("merge --mergekit c.yml --output c --lambda 2", "--mergekit and --lambda exclude each other")]
    [DataRow("check --recipe r.json --mergekit c.yml", "--recipe and --mergekit exclude each other")]
    [DataRow("merge --base a --vector b --output c --seed 1.5", "--seed must be a whole number")]
    [DataRow("merge --base a --vector b --output c --lambda [1,x]", "--lambda must be a number such as 0.7")]
    [DataRow("merge --base a --vector b --output c --lambda [1,", "--lambda must be a number such as 0.7, a list over depth")]
    [DataRow("inspect", "the argument <path> is missing")]
    [DataRow("eval --output c --benchmark sciq", "the argument <model> is missing")]
    [DataRow("eval m --benchmark sciq", "--output is missing")]
    [DataRow("eval m --output c", "--benchmark is missing")]
    [DataRow("eval m --output c --benchmark sciq --samples /dev/zero", "--samples is not JSON")]
    [DataRow("compare a", "the argument <b> is missing")]
    [DataRow("inspect a b", "'b' is one argument too many")]
    public async Task A_value_of_the_wrong_kind_is_told_without_the_names_of_runtime_types(string call, string answer)
    {
        using var tool = new ToolFolder();

        var result = await tool.RunAsync(call.Split(' '));

        Assert.AreEqual(2, result.ExitCode, result.ToString());
        Assert.IsTrue(result.Codes.All(c => c == "TA2023"), result.ToString());
        Assert.Contains(answer, result.Error);
        Assert.DoesNotContain("System.", result.Error);
    }

    [TestMethod]
    [DataRow("", "taskarithmetic")]
    [DataRow("mrege", "taskarithmetic")]
    [DataRow("cache prnue", "taskarithmetic.cache")]
    [DataRow("merge", "taskarithmetic.merge")]
    [DataRow("inspect --nothing a", "taskarithmetic.inspect")]
    [DataRow("inspect /no/such/model", "taskarithmetic.inspect")]
    [DataRow("cache list --origin", "taskarithmetic.cache.list")]
    [DataRow("eval m --benchmark scq --output out", "taskarithmetic.eval")]
    [DataRow("@/no/such/file", "taskarithmetic")]
    public async Task Machines_get_one_JSON_value_however_wrong_the_call_is(string call, string schema)
    {
        using var tool = new ToolFolder();

        var result = await tool.RunAsync([.. call.Split(' ', StringSplitOptions.RemoveEmptyEntries), "--json"]);

        Assert.AreEqual(2, result.ExitCode, result.ToString());
        Assert.AreEqual($"{schema}/1", result.Json.GetProperty("schema").GetString());
        Assert.AreEqual(2, result.Json.GetProperty("exitCode").GetInt32());
        var diagnostics = result.Json.GetProperty("diagnostics").EnumerateArray().ToList();
        Assert.IsNotEmpty(diagnostics);
        foreach (var field in (string[])["code", "severity", "kind", "message", "file", "tensor", "offset", "item"])
            Assert.IsTrue(diagnostics.All(d => d.TryGetProperty(field, out _)), field);
    }

    [TestMethod]
    public async Task A_call_without_a_verb_shows_the_help_and_is_no_success()
    {
        using var tool = new ToolFolder();

        var bare = await tool.RunAsync();
        var cache = await tool.RunAsync("cache");

        Assert.AreEqual(2, bare.ExitCode, bare.ToString());
        Assert.AreEqual("", bare.Error);
        Assert.Contains("dotnet taskarithmetic [command]", bare.Output);
        Assert.AreEqual(2, cache.ExitCode, cache.ToString());
        Assert.Contains("prune", cache.Output);
    }

    [TestMethod]
    public async Task The_help_of_each_verb_fits_80_columns_and_ends_with_examples_of_options_that_exist()
    {
        using var tool = new ToolFolder();

        foreach (var verb in Verbs)
        {
            var help = await tool.RunAsync([.. verb.Split(' '), "--help"]);

            Assert.AreEqual(0, help.ExitCode, help.ToString());
            Assert.IsEmpty(help.Output.Split('\n').Where(l => l.TrimEnd().Length > 80).ToList(), help.Output);
            var parts = help.Output.Split("Examples:");
            Assert.HasCount(2, parts, help.Output);
            Assert.Contains($"dotnet taskarithmetic {verb}", parts[1]);
            if (verb != "cache")
                Assert.IsEmpty(Option().Matches(parts[1]).Select(m => m.Value).Where(o => !parts[0].Contains(o + " ", StringComparison.Ordinal)).ToList(), help.Output);
        }
    }

    [TestMethod]
    public async Task The_benchmarks_that_can_be_named_are_listed_within_80_columns()
    {
        using var tool = new ToolFolder();
        File.WriteAllText(tool["mine.yaml"], "task: my_task\ndataset_path: json\ndataset_kwargs: {data_files: {test: q.jsonl}}\ntest_split: test\noutput_type: generate_until\ndoc_to_text: '{{q}}'\ndoc_to_target: '{{a}}'\n");

        var text = await tool.RunAsync("eval", "--list", "--include-path", tool["mine.yaml"]);
        var json = await tool.RunAsync("eval", "--list", "--json");

        Assert.AreEqual(0, text.ExitCode, text.ToString());
        foreach (var name in (string[])["gsm8k", "humaneval", "sciq", "bbh_zeroshot", "my_task"])
            Assert.IsTrue(text.Output.Split('\n').Any(l => l.StartsWith($"{name} ", StringComparison.Ordinal)), $"{name}\n{text}");
        Assert.IsEmpty(text.Output.Split('\n').Where(l => l.Length > 80).ToList(), text.ToString());
        Assert.IsGreaterThan(100, json.Json.GetProperty("benchmarks").GetArrayLength());
    }

    [TestMethod]
    public async Task All_that_is_wrong_with_a_task_file_is_told_at_once_without_a_model()
    {
        using var tool = new ToolFolder();
        File.WriteAllText(tool["q.jsonl"], "{\"q\": \"1+1\", \"a\": \"2\"}\n");
        const string good = "task: mine\ndataset_path: json\ndataset_kwargs: {data_files: {test: q.jsonl}}\ntest_split: test\noutput_type: generate_until\ndoc_to_text: '{{q}}'\ndoc_to_target: '{{a}}'\n";
        File.WriteAllText(tool["good.yaml"], good);
        File.WriteAllText(tool["bad.yaml"], good + "doc_to_tex: x\nmetric_lst: []\nnum_fewshot: many\n");

        var right = await tool.RunAsync("eval", "--validate", "good.yaml");
        var wrong = await tool.RunAsync("eval", "--validate", "bad.yaml", "--json");

        Assert.AreEqual(0, right.ExitCode, right.ToString());
        Assert.Contains("good.yaml: no problem found", right.Output);
        Assert.AreEqual(2, wrong.ExitCode, wrong.ToString());
        Assert.AreEqual(3, wrong.Json.GetProperty("errors").GetInt32(), wrong.ToString());
        Assert.HasCount(3, wrong.Codes);
    }

    [TestMethod]
    public async Task A_response_file_is_read_line_by_line_and_what_it_holds_is_no_further_file()
    {
        using var tool = new ToolFolder();
        File.WriteAllText(tool["call.rsp"], "# a comment\ninspect\n\"/no/such folder\"\r\n");
        File.WriteAllText(tool["nested.rsp"], "inspect @nested.rsp\n");

        var call = await tool.RunAsync("@call.rsp");
        var nested = await tool.RunAsync("@nested.rsp");

        Assert.AreEqual("TA2001", call.Codes.Single(), call.ToString());
        Assert.Contains("/no/such folder", call.Error);
        Assert.AreEqual("TA2001", nested.Codes.Single(), nested.ToString());
        Assert.Contains("@nested.rsp", nested.Error);
    }

    [TestMethod]
    public async Task A_response_file_that_is_none_is_refused_in_a_moment()
    {
        using var tool = new ToolFolder();
        File.WriteAllBytes(tool["binary"], [0xff, 0xfe, 0x00]);
        File.WriteAllBytes(tool["huge"], new byte[(4 << 20) + 1]);
        File.WriteAllText(tool["null"], "inspect\0");

        foreach (var path in (string[])["/dev/zero", "/dev/stdin", tool.Path, tool["binary"], tool["huge"], tool["null"], tool["absent"]])
        {
            var result = await tool.RunAsync($"@{path}");

            Assert.AreEqual(2, result.ExitCode, result.ToString());
            Assert.AreEqual("TA2029", result.Codes.Single(), result.ToString());
        }
    }

    [GeneratedRegex(@"--[a-z][a-z-]*")]
    private static partial Regex Option();
}
