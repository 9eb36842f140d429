using System.Diagnostics;
using System.Text.Json;
using Microsoft.VisualStudio.TestTools.UnitTesting;
using TaskArithmetic.TestSupport;

namespace TaskArithmetic.Tool.Tests;

/// <summary>eval as a process: its files, its cache, its gates, its exit codes.</summary>
[TestClass]
[RequiresShared("models/tiny-reasoner")]
public sealed class EvalCommandTests
{
    private static string Arithmetic => SharedData.PathOf("models", "tiny-reasoner", "benchmark", "arithmetic_chat.yaml");

    [TestMethod]
    public async Task A_second_run_takes_every_answer_from_the_cache_and_writes_the_same_lines()
    {
        using var tool = BenchmarkFolder();
        string[] call = [.. Eval("target", 12), "--apply-chat-template"];

        var first = await tool.RunAsync([.. call, "--output", tool["first"]]);
        var asked = Answers(tool);
        var second = await tool.RunAsync([.. call, "--output", tool["second"]]);
        var answered = Answers(tool);
        var anew = await tool.RunAsync([.. call, "--output", tool["third"], "--no-cache"]);

        foreach (var result in (ToolResult[])[first, second, anew])
            Assert.AreEqual(0, result.ExitCode, result.ToString());
        Assert.HasCount(12, asked);
        Assert.AreEqual(string.Join('\n', asked), string.Join('\n', answered));
        foreach (var other in (string[])["second", "third"])
            Assert.AreEqual(Text(tool["first"], "tiny_arithmetic_chat"), Text(tool[other], "tiny_arithmetic_chat"));
        Assert.HasCount(12, Answers(tool));
    }

    [TestMethod]
    [OSCondition(OperatingSystems.Linux)]
    public async Task A_run_stopped_by_Ctrl_C_leaves_no_results_and_goes_on_where_it_was()
    {
        using var tool = BenchmarkFolder();
        string[] call = [.. Eval("target", 400), "--apply-chat-template", "--batch-size", "4", "--output", tool["out"]];
        using var process = tool.StartInterruptible(call);
        await UntilAsync(() => Answers(tool).Count >= 8, process);

        await Process.Start("kill", ["-INT", process.Id.ToString(System.Globalization.CultureInfo.InvariantCulture)]).WaitForExitAsync();
        var stopped = await ToolFolder.EndAsync(process);
        var before = Answers(tool);
        var resumed = await tool.RunAsync(call);

        Assert.AreEqual(130, stopped.ExitCode, stopped.ToString());
        Assert.IsInRange(8, 399, before.Count);
        Assert.AreEqual(0, resumed.ExitCode, resumed.ToString());
        // Nothing is asked twice: both runs together wrote each answer once.
        Assert.HasCount(400, Answers(tool));
        Assert.HasCount(400, GoldenSamples.Written(tool["out"], "tiny_arithmetic_chat"));
    }

    [TestMethod]
    [DataRow("min-score=90", "fail", 1, "TA4200", "FAIL")]
    [DataRow("min-score=1", "fail", 0, "", "PASS")]
    [DataRow("min-score=10", "warn", 0, "TA4203", "INCONCLUSIVE")]
    [DataRow("require-improvement=true", "warn", 0, "TA4203", "INCONCLUSIVE")]
    [DataRow("require-improvement=true", "fail", 3, "TA4203", "INCONCLUSIVE")]
    public async Task The_exit_code_says_what_the_gate_says(string requirement, string inconclusive, int exitCode, string code, string verdict)
    {
        using var tool = BenchmarkFolder();

        var result = await tool.RunAsync(
            "eval", SharedModel.Reasoner("target"), "--baseline", SharedModel.Reasoner("target"), "--benchmark", $"{Arithmetic},limit=20,{requirement}",
            "--gate-inconclusive", inconclusive, "--device", "cpu", "--output", tool["out"]);

        Assert.AreEqual(exitCode, result.ExitCode, result.ToString());
        Assert.Contains($"gate: {verdict}", result.Output);
        Assert.AreEqual(code, string.Join(' ', result.Codes));
        foreach (var report in (string[])["gate.junit.xml", "gate.trx", "gate.md"])
            Assert.IsTrue(File.Exists(tool["out", report]), report);
    }

    [TestMethod]
    public async Task A_baseline_without_a_requirement_is_no_gate_and_every_number_shown_is_in_the_JSON()
    {
        using var tool = BenchmarkFolder();
        string[] call = ["eval", SharedModel.Reasoner("target"), "--baseline", SharedModel.Reasoner("sft"), "--benchmark", $"{Arithmetic},limit=12", "--device", "cpu"];

        var text = await tool.RunAsync([.. call, "--output", tool["text"]]);
        var json = await tool.RunAsync([.. call, "--output", tool["json"], "--json"]);

        Assert.AreEqual((0, 0), (text.ExitCode, json.ExitCode), text.ToString());
        Assert.Contains("no gate declared", text.Output);
        Assert.DoesNotContain("PASS", text.Output);
        Assert.StartsWith("## Benchmarks of", File.ReadAllText(tool["text", "gate.md"]));
        Assert.AreEqual("taskarithmetic.eval/1", json.Json.GetProperty("schema").GetString());
        Assert.AreEqual(JsonValueKind.Null, json.Json.GetProperty("verdict").ValueKind);
        var gate = json.Json.GetProperty("gate").GetProperty("benchmarks")[0];
        foreach (var (side, model) in new[] { ("merged", "model"), ("baseline", "baseline") })
        {
            var task = json.Json.GetProperty(model).GetProperty("runs")[0].GetProperty("tasks")[0];
            Assert.AreEqual(12, task.GetProperty("n").GetInt32());
            Assert.AreEqual(gate.GetProperty(side).GetProperty("score").GetDouble(), task.GetProperty("scores")[0].GetProperty("value").GetDouble(), 1e-12);
            Assert.AreEqual(0, task.GetProperty("promptsCut").GetInt32());
            Assert.Contains(task.GetProperty("scores")[0].GetProperty("value").GetDouble().ToString("F4", System.Globalization.CultureInfo.InvariantCulture), text.Output);
        }
        var comparison = gate.GetProperty("comparison");
        foreach (var name in (string[])["difference", "lower", "upper", "won", "lost", "pBetter", "pWorse"])
            Assert.AreEqual(JsonValueKind.Number, comparison.GetProperty(name).ValueKind, name);
    }

    [TestMethod]
    public async Task Result_files_name_dtype_and_special_tokens_as_the_reference_does()
    {
        using var tool = BenchmarkFolder();
        var golden = JsonDocument.Parse(File.ReadAllText(SharedData.PathOf("golden", "lm-eval", "reasoner-target", "results.json"))).RootElement;

        var result = await tool.RunAsync([.. Eval("target", 2), "--apply-chat-template", "--output", tool["out"]]);

        Assert.AreEqual(0, result.ExitCode, result.ToString());
        var written = JsonDocument.Parse(File.ReadAllText(Directory.GetFiles(tool["out"], "results_*.json", SearchOption.AllDirectories).Single())).RootElement;
        CollectionAssert.IsSubsetOf(golden.EnumerateObject().Select(p => p.Name).ToList(), written.EnumerateObject().Select(p => p.Name).ToList());
        Assert.AreEqual("torch.float32", written.GetProperty("config").GetProperty("model_dtype").GetString());
        foreach (var key in (string[])["tokenizer_pad_token", "tokenizer_eos_token", "tokenizer_bos_token", "eot_token_id", "max_length", "chat_template", "chat_template_sha"])
            Assert.IsTrue(JsonElement.DeepEquals(golden.GetProperty(key), written.GetProperty(key)), $"{key} is {written.GetProperty(key)} instead of {golden.GetProperty(key)}");
    }

    [TestMethod]
    public async Task The_date_that_a_template_prints_is_the_one_asked_for_and_is_recorded()
    {
        using var tool = BenchmarkFolder();
        Directory.CreateDirectory(tool["model"]);
        foreach (var file in Directory.GetFiles(SharedModel.Reasoner("target")))
            File.CreateSymbolicLink(tool["model", Path.GetFileName(file)], file);
        File.Delete(tool["model", "chat_template.jinja"]);
        File.WriteAllText(tool["model", "chat_template.jinja"], "{{ strftime_now('%d %b %Y') }}{% for m in messages %}{{ m.content }}{% endfor %}");
        string[] call = ["eval", tool["model"], "--benchmark", Arithmetic, "--limit", "1", "--device", "cpu", "--apply-chat-template"];

        var fixedDate = await tool.RunAsync([.. call, "--template-date", "2026-01-31", "--output", tool["out"]]);
        var today = await tool.RunAsync([.. call, "--output", tool["today"]]);
        var refused = await tool.RunAsync([.. call, "--template-date", "31.1.2026", "--output", tool["other"]]);

        Assert.AreEqual((0, 0, 2), (fixedDate.ExitCode, today.ExitCode, refused.ExitCode), fixedDate.ToString());
        Assert.StartsWith("31 Jan 2026", Prompt(tool["out"], "tiny_arithmetic_chat"));
        Assert.AreEqual("2026-01-31", RecordedDate(tool["out"]));
        // The prompt of today names the day that is recorded.
        Assert.StartsWith(DateTime.Parse(RecordedDate(tool["today"])!, System.Globalization.CultureInfo.InvariantCulture).ToString("dd MMM yyyy", System.Globalization.CultureInfo.InvariantCulture), Prompt(tool["today"], "tiny_arithmetic_chat"));

        static string? RecordedDate(string folder) => JsonDocument.Parse(File.ReadAllText(Directory.GetFiles(folder, "results_*.json", SearchOption.AllDirectories).Single()))
            .RootElement.GetProperty("taskarithmetic").GetProperty("template_date").GetString();
    }

    [TestMethod]
    public async Task A_merge_scores_better_than_its_base_and_says_so()
    {
        using var tool = BenchmarkFolder();
        tool.Environment["GITHUB_STEP_SUMMARY"] = tool["summary.md"];

        var merge = await tool.RunAsync(
            "merge", "--base", SharedModel.Reasoner("target"), "--vector", $"{SharedModel.Reasoner("grpo")},minus={SharedModel.Reasoner("sft")},alpha=1.0", "--output", tool["model"]);
        var result = await tool.RunAsync(
            "eval", tool["model"], "--baseline", SharedModel.Reasoner("target"), "--benchmark", $"{Arithmetic},limit=200,require-improvement=true,max-regression=5",
            "--device", "cpu", "--output", tool["out"], "--json");

        Assert.AreEqual(0, merge.ExitCode, merge.ToString());
        Assert.AreEqual(0, result.ExitCode, result.ToString());
        Assert.AreEqual("pass", result.Json.GetProperty("verdict").GetString());
        Assert.StartsWith("## PASS", File.ReadAllText(tool["summary.md"]));
    }

    [TestMethod]
    [RequiresShared("golden/lm-eval")]
    public async Task Shots_and_system_instruction_become_turns_where_asked()
    {
        using var tool = new ToolFolder();
        Directory.CreateSymbolicLink(tool["own"], SharedData.PathOf("golden", "lm-eval", "tasks"));
        string[] call = ["eval", SharedModel.Reasoner("target"), "--benchmark", SharedData.PathOf("golden", "lm-eval", "tasks", "own_chat.yaml"), "--limit", "1", "--device", "cpu"];

        var plain = await PromptAsync(tool, "plain", call);
        var turns = await PromptAsync(tool, "turns", [.. call, "--apply-chat-template", "--system-instruction", "Be brief."]);
        var oneTurn = await PromptAsync(tool, "one", [.. call, "--apply-chat-template", "--fewshot-as-multiturn", "false"]);

        Assert.AreEqual(0, Count(plain, "<|im_start|>"));
        Assert.IsGreaterThan(1, Count(turns, "<|im_start|>user"));
        Assert.Contains("<|im_start|>system\nBe brief.", turns);
        Assert.AreEqual(1, Count(oneTurn, "<|im_start|>user"));
        Assert.IsFalse(oneTurn.Contains("Be brief.", StringComparison.Ordinal));
    }

    [TestMethod]
    public async Task The_chat_profile_applies_the_template_and_is_not_comparable()
    {
        using var tool = BenchmarkFolder();

        var result = await tool.RunAsync([.. Eval("target", 2), "--profile", "chat", "--output", tool["out"]]);

        Assert.AreEqual(0, result.ExitCode, result.ToString());
        Assert.Contains("Profile: chat. Not comparable to lm-evaluation-harness", result.Output);
        Assert.Contains("<|im_start|>user", Prompt(tool["out"], "tiny_arithmetic_chat"));
    }

    [TestMethod]
    public async Task Generation_options_are_obeyed_and_unknown_ones_refused()
    {
        using var tool = BenchmarkFolder();

        var cut = await tool.RunAsync([.. Eval("target", 2), "--apply-chat-template", "--gen-kwargs", "max_gen_toks=3", "--output", tool["out"]]);
        var refused = await tool.RunAsync([.. Eval("target", 2), "--gen-kwargs", "beams=3,top_p=7", "--output", tool["other"]]);

        Assert.AreEqual(0, cut.ExitCode, cut.ToString());
        foreach (var line in GoldenSamples.Written(tool["out"], "tiny_arithmetic_chat"))
        {
            Assert.AreEqual("length", line.GetProperty("taskarithmetic").GetProperty("finish_reasons")[0].GetString());
            Assert.AreEqual(3, line.GetProperty("taskarithmetic").GetProperty("completion_tokens")[0].GetInt32());
        }
        Assert.AreEqual(2, refused.ExitCode, refused.ToString());
        Assert.HasCount(2, refused.Codes);
        Assert.IsFalse(Directory.Exists(tool["other"]));
    }

    private static ToolFolder BenchmarkFolder() => new() { WorkingFolder = Path.GetDirectoryName(Arithmetic) };

    private static string[] Eval(string model, int limit) =>
        ["eval", SharedModel.Reasoner(model), "--benchmark", Arithmetic, "--limit", limit.ToString(System.Globalization.CultureInfo.InvariantCulture), "--device", "cpu"];

    /// <summary>Every answer in the request cache; a line that is being written is none yet.</summary>
    private static List<string> Answers(ToolFolder tool)
    {
        var lines = new List<string>();
        var folder = Path.Combine(tool.Cache, "answers");
        foreach (var file in Directory.Exists(folder) ? Directory.EnumerateFiles(folder, "*.jsonl", SearchOption.AllDirectories).Order(StringComparer.Ordinal) : Enumerable.Empty<string>())
        {
            using var reader = new StreamReader(new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite));
            lines.AddRange(reader.ReadToEnd().Split('\n')[..^1]);
        }
        return lines;
    }

    private static async Task UntilAsync(Func<bool> condition, Process process)
    {
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(20));
        while (!condition() && await timer.WaitForNextTickAsync())
            Assert.IsFalse(process.HasExited, "the tool ended before it could be stopped");
    }

    private static async Task<string> PromptAsync(ToolFolder tool, string name, string[] call)
    {
        var result = await tool.RunAsync([.. call, "--output", tool[name]]);
        Assert.AreEqual(0, result.ExitCode, result.ToString());
        return Prompt(tool[name], "own_chat");
    }

    private static string Prompt(string output, string task) =>
        GoldenSamples.Written(output, task)[0].GetProperty("arguments").GetProperty("gen_args_0").GetProperty("arg_0").GetString()!;

    private static string Text(string output, string task) => string.Join('\n', GoldenSamples.Written(output, task).Select(l => JsonSerializer.Serialize(l)));

    private static int Count(string text, string part) => text.Split(part).Length - 1;
}
