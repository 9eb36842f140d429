using Microsoft.VisualStudio.TestTools.UnitTesting;
using TaskArithmetic.TestSupport;

namespace TaskArithmetic.Tool.Tests;

/// <summary>What the tool says of itself, of its machine and of its cache, and what it makes of faulty calls.</summary>
[TestClass]
public sealed class CommandLineTests
{
    [TestMethod]
    [DataRow("merge", "TA2023")]
    [DataRow("mrege", "TA2023")]
    [DataRow("inspect /no/such/model", "TA2001")]
    [DataRow("eval /no/such/model --benchmark sciq --output out", "TA2001")]
    [DataRow("eval model --benchmark sciq,limt=3 --output out", "TA2024")]
    [DataRow("eval model --benchmark sciq,max-regression=3 --output out", "TA2024")]
    [DataRow("eval model --benchmark sciq,min-score=NaN --output out", "TA2024")]
    [DataRow("eval model --benchmark sciq,min-score=140 --output out", "TA4206")]
    [DataRow("eval model --baseline model --benchmark sciq,max-regression=200 --output out", "TA4206")]
    [DataRow("eval model --benchmark sciq,metric=foo,min-score=10 --output out", "TA4209")]
    [DataRow("eval model --benchmark gsm8k,metric=exact_match,none,min-score=10 --output out", "TA4209")]
    [DataRow("eval model --benchmark humaneval,min-score=10 --output out", "TA4210")]
    [DataRow("eval model --benchmark sciq --samples {\"sciq\":[1,2,1]} --output out", "TA4212")]
    [DataRow("eval model --benchmark scq --output out", "TA4007")]
    [DataRow("eval model --benchmark sciq --samples {sciq} --output out", "TA2023")]
    [DataRow("eval model --benchmark sciq --seed x --output out", "TA2023")]
    [DataRow("eval model --benchmark sciq --engine abacus --output out", "TA2025")]
    public async Task A_faulty_call_is_refused_in_canonical_form(string call, string code)
    {
        using var tool = new ToolFolder();

        var result = await tool.RunAsync(call.Split(' '));

        Assert.AreEqual(2, result.ExitCode, result.ToString());
        Assert.IsNotEmpty(result.Codes, result.ToString());
        Assert.IsTrue(result.Codes.All(c => c == code), result.ToString());
        Assert.IsFalse(Directory.Exists(tool["out"]));
    }

    [TestMethod]
    public async Task Everything_wrong_with_benchmarks_is_told_at_once()
    {
        using var tool = new ToolFolder();

        var result = await tool.RunAsync(
            "eval", "model", "--output", tool["out"], "--benchmark", "sciq,min-score=140,metric=accc", "--benchmark", "gsm8k,limit=-1", "--benchmark", "gsm9k", "--benchmark", "gsm8k,max-regression=5");

        Assert.AreEqual(2, result.ExitCode, result.ToString());
        Assert.AreEqual("TA2024 TA2024 TA4007 TA4206 TA4209", string.Join(' ', result.Codes.Order()), result.ToString());
        Assert.Contains("Did you mean 'acc'?", result.Error);
    }

    [TestMethod]
    public async Task Help_names_every_verb()
    {
        using var tool = new ToolFolder();

        var result = await tool.RunAsync("--help");

        Assert.AreEqual(0, result.ExitCode);
        foreach (var verb in (string[])["extract", "merge", "check", "inspect", "compare", "verify", "eval", "cache", "doctor"])
            Assert.Contains(verb, result.Output);
    }

    [TestMethod]
    public async Task The_doctor_says_where_libtorch_would_come_from_and_fetches_nothing()
    {
        using var tool = new ToolFolder();
        Directory.CreateDirectory(tool["packages"]);
        tool.Environment["NUGET_PACKAGES"] = tool["packages"];
        tool.Environment["TASKARITHMETIC_LIBTORCH"] = "";

        var result = await tool.RunAsync("doctor", "--json");

        Assert.AreEqual(0, result.ExitCode, result.ToString());
        var libtorch = result.Json.GetProperty("libtorch").GetString()!;
        Assert.StartsWith("not found, would fetch the NuGet package libtorch-cpu-", libtorch);
        Assert.Contains(tool["packages"], libtorch);
        Assert.IsEmpty(Directory.GetFileSystemEntries(tool["packages"]));
        foreach (var name in (string[])["tool", "runtime", "processors", "memory", "cache", "sandbox", "python"])
            Assert.AreNotEqual("", result.Json.GetProperty(name).GetString(), name);
    }

    [TestMethod]
    public async Task The_doctor_tells_a_folder_that_holds_no_libtorch_with_its_code()
    {
        using var tool = new ToolFolder();
        tool.Environment["TASKARITHMETIC_LIBTORCH"] = tool.Path;

        var result = await tool.RunAsync("doctor");

        Assert.AreEqual(0, result.ExitCode, result.ToString());
        Assert.Contains("libtorch: TA0104:", result.Output);
    }

    [TestMethod]
    [OSCondition(OperatingSystems.Linux)]
    public async Task The_doctor_tells_a_library_that_is_cut_short_and_goes_on()
    {
        using var tool = new ToolFolder();
        tool.Environment["TASKARITHMETIC_LIBTORCH"] = tool["libtorch"];
        Directory.CreateDirectory(tool["libtorch"]);
        // Any real library will do: its length is looked at before it is loaded.
        var whole = File.ReadAllBytes(Directory.GetFiles(Path.GetDirectoryName(ToolFolder.Library("TaskArithmetic.Tool"))!, "libLibTorchSharp.so", SearchOption.AllDirectories)[0]);
        foreach (var name in (string[])["libc10.so", "libtorch.so", "libtorch_cpu.so"])
            File.WriteAllBytes(tool["libtorch", name], name == "libtorch_cpu.so" ? whole[..(whole.Length / 2)] : whole);

        var result = await tool.RunAsync("doctor", "--json");

        Assert.AreEqual(0, result.ExitCode, result.ToString());
        var told = result.Json.GetProperty("libtorch").GetString()!;
        Assert.StartsWith("TA0105: " + tool["libtorch", "libtorch_cpu.so"], told);
        Assert.Contains($"it has {whole.Length / 2} bytes, and its ELF header describes {whole.Length}", told);
        Assert.IsTrue(result.Json.TryGetProperty("python", out _));
    }

    [TestMethod]
    public async Task The_doctor_refuses_a_device_that_is_none()
    {
        using var tool = new ToolFolder();

        var result = await tool.RunAsync("doctor", "--device", "abacus");

        Assert.AreEqual(2, result.ExitCode, result.ToString());
        Assert.AreEqual("TA0107", result.Codes.Single());
    }

    [TestMethod]
    [RequiresShared("models/tiny-reasoner")]
    public async Task The_cache_lists_what_merges_keep_finds_damage_and_drops_it()
    {
        using var tool = new ToolFolder();
        await tool.RunAsync(
            "merge", "--base", SharedModel.Reasoner("target"), "--vector", $"{SharedModel.Reasoner("grpo")},minus={SharedModel.Reasoner("sft")}", "--output", tool["model"]);

        var list = await tool.RunAsync("cache", "list", "--json");
        var intact = await tool.RunAsync("cache", "verify", "--json");
        var path = Directory.EnumerateFiles(tool.Cache, "*.safetensors", SearchOption.AllDirectories).First();
        var bytes = File.ReadAllBytes(path);
        bytes[^1] ^= 1;
        // Another file in its place: what was linked from it stays whole, and write protection of the old one does not matter.
        File.Delete(path);
        File.WriteAllBytes(path, bytes);
        var damaged = await tool.RunAsync("cache", "verify");
        var prune = await tool.RunAsync("cache", "prune", "--max-size", "0", "--json");
        var empty = await tool.RunAsync("cache", "list", "--json");

        Assert.IsGreaterThan(0, list.Json.GetProperty("entries").GetArrayLength());
        Assert.AreEqual(0, intact.ExitCode, intact.ToString());
        Assert.AreEqual(1, damaged.ExitCode, damaged.ToString());
        Assert.IsNotEmpty(damaged.Codes);
        Assert.AreEqual(0, prune.ExitCode, prune.ToString());
        Assert.AreEqual(0, empty.Json.GetProperty("entries").GetArrayLength());
    }
}
