using System.Text;
using System.Text.Json.Nodes;
using Microsoft.VisualStudio.TestTools.UnitTesting;
using TaskArithmetic.Diagnostics;
using TaskArithmetic.Gguf.Format;
using TaskArithmetic.Gguf.Native;
using TaskArithmetic.TestSupport;

namespace TaskArithmetic.Gguf.Tests;

/// <summary>What is not written, and that nothing of it is left behind.</summary>
[TestClass]
[RequiresShared("models")]
public sealed class RefusalTests
{
    private readonly TemporaryFolder folder = new();

    public static IEnumerable<object[]> Tokenizers =>
    [
        Case("TA5205", "another model", t => t["model"]!["type"] = "Unigram"),
        Case("TA5205", "an unknown split", t => t["pre_tokenizer"]!["pretokenizers"]![0]!["pattern"]!["Regex"] = "\\s+|\\S+"),
        Case("TA5205", "a space before words", t => t["pre_tokenizer"]!["pretokenizers"]![1]!["add_prefix_space"] = true),
        Case("TA5205", "words that ignore merges", t => t["model"]!["ignore_merges"] = true),
        Case("TA5205", "lower case", t => t["normalizer"] = new JsonObject { ["type"] = "Lowercase" }),
        Case("TA5205", "ends of words", t => t["model"]!["end_of_word_suffix"] = "</w>"),
        Case("TA5205", "two tokens in front", t =>
        {
            t["post_processor"]!["single"]!.AsArray().Insert(0, Special());
            t["post_processor"]!["single"]!.AsArray().Insert(0, Special());
        }),
        Case("TA5206", "an id beyond the embedding", t => t["model"]!["vocab"]!["beyond"] = 512),
        Case("TA5206", "one id twice", t => t["model"]!["vocab"]!["again"] = 300),
        Case("TA5204", "a merge of three", t => t["model"]!["merges"]![0] = new JsonArray("a", "b", "c")),
        Case("TA5204", "an id that is none", t => t["model"]!["vocab"]!["odd"] = "x"),
        Case("TA5204", "no model", t => t.Remove("model")),
    ];

    [TestCleanup]
    public void CleanUp() => folder.Dispose();

    [TestMethod]
    [DynamicData(nameof(Tokenizers), DynamicDataDisplayName = nameof(Name))]
    public void A_tokenizer_that_llama_cpp_would_not_follow_is_refused(string code, string what, Action<JsonObject> edit)
    {
        using var model = new EditedModel("tiny-reasoner", "base");
        edit(model.Tokenizer);
        model.Save();

        Assert.Contains(code, Refused(model.Path), what);
    }

    [TestMethod]
    public void All_problems_are_said_at_once()
    {
        using var model = new EditedModel("tiny-reasoner", "base");
        model.Tokenizer["normalizer"] = new JsonObject { ["type"] = "Lowercase" };
        model.Config["rope_parameters"] = new JsonObject { ["rope_type"] = "llama3", ["rope_theta"] = 10000, ["factor"] = 8, ["low_freq_factor"] = 1, ["high_freq_factor"] = 4, ["original_max_position_embeddings"] = 128 };
        model.Save();

        var codes = Refused(model.Path, "q9", folder["model.bin"]);

        foreach (var code in (string[])["TA5200", "TA5202", "TA5205", "TA5207"])
            Assert.Contains(code, codes);
    }

    [TestMethod]
    public void A_model_without_a_tokenizer_or_of_an_unknown_family_is_refused()
    {
        using var model = new EditedModel("tiny-reasoner", "base");
        File.Delete(model["tokenizer.json"]);
        Assert.Contains("TA5203", Refused(model.Path));
        model.Config["model_type"] = "mamba";
        model.Save();
        Assert.Contains("TA2201", Refused(model.Path));
    }

    [TestMethod]
    public void More_tokens_than_the_weights_have_rows_are_refused_before_room_is_made_for_them()
    {
        using var model = new EditedModel("tiny-reasoner", "base");
        model.Config["vocab_size"] = int.MaxValue;
        model.Save();

        Assert.Contains("TA2212", Refused(model.Path));
    }

    [TestMethod]
    public void A_file_of_something_else_stays_and_an_earlier_one_is_replaced()
    {
        var model = SharedData.PathOf("models", "stories260K");
        File.WriteAllText(folder["mine.gguf"], "notes");
        Assert.Contains("TA5201", Refused(model, "q8_0", folder["mine.gguf"], left: ["mine.gguf"]));
        Assert.AreEqual("notes", File.ReadAllText(folder["mine.gguf"]));

        foreach (var quantization in (string[])["f16", "q8_0"])
            Export(model, quantization, folder["model.gguf"]);
        Assert.AreEqual(7u, new GgufFile(folder["model.gguf"]).Keys["general.file_type"]);
    }

    [TestMethod]
    public void Rows_that_are_no_blocks_stay_half_where_the_form_allows_it_and_are_refused_where_not()
    {
        var model = SharedData.PathOf("models", "stories260K");
        Assert.Contains("TA5208", Refused(model, "q4_0"));

        Assert.Contains("TA5209", Export(model, "q8_0", folder["a.gguf"]).Findings.Select(f => f.Code));
        Assert.Contains("TA5209", Export(model, "q4_k_m", folder["b.gguf"]).Findings.Select(f => f.Code));
    }

    [TestMethod]
    [DataRow(float.NaN, "f32")]
    [DataRow(float.PositiveInfinity, "q8_0")]
    [DataRow(1e6f, "f16")]
    [DataRow(1e7f, "q8_0")]
    [DataRow(float.MaxValue, "bf16")]
    public void A_weight_that_cannot_be_stored_is_named_and_nothing_is_left(float weight, string quantization)
    {
        using var model = new EditedModel("stories260K");
        var bytes = File.ReadAllBytes(model["model.safetensors"]);
        BitConverter.GetBytes(weight).CopyTo(bytes, bytes.Length - 400);
        File.WriteAllBytes(model["model.safetensors"], bytes);

        Assert.Contains("TA5211", Refused(model.Path, quantization));
    }

    [TestMethod]
    public void A_float64_weight_that_float32_cannot_hold_is_named()
    {
        using var model = new EditedModel("stories260K");
        var bytes = File.ReadAllBytes(model["model.safetensors"]);
        var start = 8 + BitConverter.ToInt32(bytes);
        var header = JsonNode.Parse(bytes.AsSpan(8, start - 8))!.AsObject();
        var last = header.Where(t => t.Key != "__metadata__").MaxBy(t => (long)t.Value!["data_offsets"]![1]!).Value!;
        var length = (int)last["data_offsets"]![1]! - (int)last["data_offsets"]![0]!;
        last["dtype"] = "F64";
        last["data_offsets"]![1] = (int)last["data_offsets"]![1]! + length;
        var json = Encoding.UTF8.GetBytes(header.ToJsonString());
        File.WriteAllBytes(model["model.safetensors"], [.. BitConverter.GetBytes((long)json.Length), .. json, .. bytes[start..^length], .. new byte[(2 * length) - 8], .. BitConverter.GetBytes(-1e300)]);

        Assert.Contains("TA5211", Refused(model.Path, "f32"));
    }

    [TestMethod]
    public void A_link_stays_and_the_report_counts_the_bytes_of_its_target()
    {
        File.CreateSymbolicLink(folder["link.gguf"], folder["real.gguf"]);

        var report = Export(SharedData.PathOf("models", "stories260K"), "q8_0", folder["link.gguf"]);

        Assert.AreEqual("real.gguf", Path.GetFileName(new FileInfo(folder["link.gguf"]).LinkTarget));
        Assert.AreEqual(new FileInfo(folder["real.gguf"]).Length, report.OutputBytes);
    }

    [TestMethod]
    public void A_file_that_the_disk_cannot_hold_is_said_to_be_that()
    {
        // What .NET throws where a file grows beyond what the file system can hold.
        var refused = Assert.ThrowsExactly<DiagnosticException>(() => new GgufPlace(folder["a.gguf"]).Write((_, _) => throw new ArgumentOutOfRangeException("value"), default));
        Assert.AreEqual("TA3005", refused.Diagnostics.Single().Code);
        Assert.IsEmpty(Directory.EnumerateFileSystemEntries(folder.Path));
    }

    [TestMethod]
    public async Task The_quantizer_says_of_a_file_that_cannot_be_written_that_it_cannot_be_written()
    {
        var model = SharedData.PathOf("models", "tiny-reasoner", "base");
        Export(model, "bf16", folder["from.gguf"]);
        var quantizer = await NativeQuantizer.LoadAsync(null, default);

        Assert.ThrowsExactly<IOException>(() => quantizer.Quantize(model, folder["from.gguf"], folder["missing/to.gguf"], GgufQuantization.Find("q4_0")!, 1));
    }

    [TestMethod]
    public void A_vocabulary_without_bytes_is_written_with_a_warning() =>
        Assert.Contains("TA5212", Export(SharedData.PathOf("models", "babyllama105"), "f32", folder["a.gguf"]).Findings.Select(f => f.Code));

    public static string Name(System.Reflection.MethodInfo method, object[] data) => $"{method.Name} ({data[1]})";

    private static object[] Case(string code, string what, Action<JsonObject> edit) => [code, what, edit];

    private static JsonObject Special() => new() { ["SpecialToken"] = new JsonObject { ["id"] = "<|im_start|>", ["type_id"] = 0 } };

    private static GgufExportReport Export(string model, string quantization, string output) =>
        GgufExport.RunAsync(new GgufExportOptions { Model = model, Output = output, Quantization = quantization }).GetAwaiter().GetResult();

    private List<string> Refused(string model, string quantization = "q8_0", string? output = null, params string[] left)
    {
        var refused = Assert.ThrowsExactly<DiagnosticException>(() => Export(model, quantization, output ?? folder["model.gguf"]));
        CollectionAssert.AreEqual(left, Directory.EnumerateFileSystemEntries(folder.Path).Select(Path.GetFileName).ToList());
        return [.. refused.Diagnostics.Select(d => d.Code)];
    }
}
