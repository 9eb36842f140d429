using System.Diagnostics;
using System.Globalization;
using Microsoft.VisualStudio.TestTools.UnitTesting;
using TaskArithmetic.TestSupport;

namespace TaskArithmetic.Tool.Tests;

/// <summary>What reaches the eyes: tables that fit, names that cannot command a terminal, a bar that goes away.</summary>
[TestClass]
public sealed class TerminalTests
{
    private static readonly string[] Hostile = ["a\u001b[31mred", "b\u202etxt.\u2066x", "c\r\nd: error TA9999: planted", "e\u009b2J\u0007", "model.layers.0.mlp\u0000.up_proj.weight"];

    private static string[] Recipe => ["--base", SharedModel.Reasoner("target"), "--vector", $"{SharedModel.Reasoner("grpo")},minus={SharedModel.Reasoner("sft")},alpha=0.7"];

    [TestMethod]
    public async Task Names_and_metadata_never_reach_the_terminal_as_commands()
    {
        using var tool = new ToolFolder();
        var file = SafetensorsFiles.Write(tool["\u001b]0;title\u0007.safetensors"], new Dictionary<string, string> { ["k\u001bc"] = "v\u202e\r" }, Hostile);
        var other = SafetensorsFiles.Write(tool["other.safetensors"], new Dictionary<string, string>(), Hostile[..2]);

        foreach (var call in (string[][])
        [
            ["inspect", file], ["inspect", file, "--all"], ["inspect", file, "--json"], ["compare", file, other, "--all"], ["compare", file, other, "--json"],
            ["inspect", "no\u001b[2Jsuch"], ["ins\u001bpect"], ["inspect", "--no\u202esuch"], ["merge", "--base", file, "--vector", $"{other},al\u001bpha=1", "--output", tool["out"]],
            ["check", "--base", tool.Path, "--vector", $"{other},tensors=\u001b"],
        ])
        {
            var result = await tool.RunAsync(call);
            var raw = (result.Output + result.Error).Where(c => c != '\n' && (char.IsControl(c) || char.GetUnicodeCategory(c) == UnicodeCategory.Format)).ToList();

            Assert.IsEmpty(raw, $"{string.Join(' ', call)}\n{result}");
            Assert.DoesNotContain("\nd: error", result.Output + result.Error);
        }
    }

    [TestMethod]
    [RequiresShared("models/tiny-reasoner")]
    public async Task Inspect_compare_and_check_sum_up_by_kind_and_layer_within_80_columns()
    {
        using var tool = new ToolFolder();

        foreach (var call in (string[][])[["inspect", SharedModel.Reasoner("target")], ["compare", SharedModel.Reasoner("sft"), SharedModel.Reasoner("grpo")], ["check", .. Recipe]])
        {
            var result = await tool.RunAsync(call);

            var lines = result.Output.Split('\n');
            Assert.IsEmpty(lines.Where(l => l.Length > 80 && !l.Contains('/')).ToList(), result.ToString());
            Assert.IsLessThan(40, lines.Length, result.ToString());
            foreach (var kind in (string[])["embedding", "q", "k", "v", "o", "gate", "up", "down", "norm", "all"])
                Assert.IsTrue(lines.Any(l => l.StartsWith($"{kind} ", StringComparison.Ordinal)), $"{kind}\n{result}");
            Assert.DoesNotContain("model.layers", result.Output);
        }
    }

    [TestMethod]
    [RequiresShared("models/tiny-reasoner")]
    public async Task Tensors_are_listed_filtered_and_sorted_on_request()
    {
        using var tool = new ToolFolder();
        string[] compare = ["compare", SharedModel.Reasoner("sft"), SharedModel.Reasoner("grpo")];

        var all = await tool.RunAsync([.. compare, "--all"]);
        var some = await tool.RunAsync([.. compare, "--tensors", "*.q_proj.weight"]);
        var json = await tool.RunAsync([.. compare, "--tensors", "*.q_proj.weight", "--json"]);
        var sorted = await tool.RunAsync([.. compare, "--sort", "change"]);
        var check = await tool.RunAsync(["check", .. Recipe, "--tensors", "**/mlp/**", "--sort", "survival"]);
        var inspect = await tool.RunAsync("inspect", SharedModel.Reasoner("sft"), "--sort", "size");

        Assert.HasCount(50, Listed(all), all.ToString());
        Assert.IsTrue(Listed(some).Count == 4 && Listed(some).All(l => l.Contains(".q_proj.weight", StringComparison.Ordinal)), some.ToString());
        Assert.AreEqual(4, json.Json.GetProperty("tensors").GetArrayLength());
        var changes = Listed(sorted).Select(l => double.Parse(l.Split(' ')[^1], CultureInfo.InvariantCulture)).ToList();
        Assert.HasCount(50, changes);
        Assert.IsTrue(changes.SequenceEqual(changes.OrderDescending()), sorted.ToString());
        Assert.HasCount(12, Listed(check), check.ToString());
        Assert.HasCount(50, Listed(inspect), inspect.ToString());
        StringAssert.Contains(Listed(inspect)[^1], "[64]");

        static List<string> Listed(ToolResult result) => [.. result.Output.Split('\n').Where(l => l.StartsWith("model.", StringComparison.Ordinal)).Select(l => l.TrimEnd())];
    }

    [TestMethod]
    [RequiresShared("models/tiny-reasoner")]
    public async Task A_merge_says_what_it_is_about_to_do()
    {
        using var tool = new ToolFolder();

        var result = await tool.RunAsync([
            "merge", .. Recipe, "--vector", $"{SharedModel.Reasoner("grpo")},minus={SharedModel.Reasoner("sft")},alpha=[0.2,0.1],tensors=**/mlp/**",
            "--lambda", "0.5", "--output-dtype", "float32", "--threads", "1", "--output", tool["model"]]);

        Assert.AreEqual(0, result.ExitCode, result.ToString());
        var (target, pair) = (SharedModel.Reasoner("target"), $"({SharedModel.Reasoner("grpo")} − {SharedModel.Reasoner("sft")})");
        Assert.StartsWith($"merge: {target} + 0.5·(0.7·{pair} + [0.2,0.1]·{pair} on **/mlp/**)\n", result.Output);
        Assert.Contains("task_arithmetic, exact (rounded once), dtype float32, 1 CPU threads", result.Output);
        Assert.Contains($"merge: into {tool["model"]}\n", result.Output);
    }

    [TestMethod]
    [RequiresShared("golden/peft")]
    public async Task An_adapter_folder_is_named_as_what_it_is()
    {
        using var tool = new ToolFolder();
        var folder = Directory.EnumerateFiles(SharedData.PathOf("golden", "peft"), "adapter_model.safetensors", SearchOption.AllDirectories).Select(Path.GetDirectoryName).First()!;

        var text = await tool.RunAsync("inspect", folder);
        var json = await tool.RunAsync("inspect", folder, "--json");

        Assert.AreEqual(0, text.ExitCode, text.ToString());
        Assert.Contains("PEFT adapter: ", text.Output);
        StringAssert.Contains(json.Json.GetProperty("adapter").GetString(), "rank");
    }

    [TestMethod]
    [RequiresShared("models/tiny-reasoner")]
    public async Task A_reader_that_goes_away_ends_the_tool_quietly()
    {
        using var tool = new ToolFolder();
        using var shell = Process.Start(new ProcessStartInfo("bash", ["-c", "dotnet \"$0\" inspect \"$1\" --json | head -1", ToolFolder.Library("TaskArithmetic.Tool"), SharedModel.Reasoner("target")])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!;

        var result = await ToolFolder.EndAsync(shell);

        Assert.AreEqual("{\n", result.Output);
        Assert.AreEqual("", result.Error);
    }

    [TestMethod]
    [RequiresShared("models/tiny-reasoner")]
    [DataRow("xterm", 80, true)]
    [DataRow("xterm", 30, true)]
    [DataRow("dumb", 80, false)]
    public async Task On_a_terminal_the_bar_is_gone_when_the_work_is_done(string kind, int width, bool commands)
    {
        if (!File.Exists("/usr/bin/script"))
            Assert.Inconclusive("needs 'script' to have a terminal");
        using var tool = new ToolFolder();
        var inner = string.Join(' ', ((string[])[.. Recipe, "--output", tool["model"]]).Select(a => $"'{a}'"));
        using var script = Process.Start(new ProcessStartInfo("script", ["-qec", $"stty cols {width} rows 24; dotnet '{ToolFolder.Library("TaskArithmetic.Tool")}' merge {inner}", "/dev/null"])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            RedirectStandardInput = true,
            Environment = { ["TERM"] = kind, ["NO_COLOR"] = "1", ["TASKARITHMETIC_CACHE"] = tool.Cache },
        })!;

        var result = await ToolFolder.EndAsync(script);

        Assert.AreEqual(0, result.ExitCode, result.ToString());
        Assert.AreEqual(commands, result.Output.Contains("\u001b[", StringComparison.Ordinal), result.ToString());
        Assert.DoesNotContain("\u001b[3", result.Output.Replace("\u001b[3A", "", StringComparison.Ordinal));
        Assert.DoesNotContain("0/100", result.Output);
        Assert.DoesNotContain("━", result.Output[result.Output.LastIndexOf("changed weights survive", StringComparison.Ordinal)..]);
    }
}
