using System.Text.Json;
using TaskArithmetic.Diagnostics;
using TaskArithmetic.TestSupport;
using TaskArithmetic.Text.Tokenizers;

namespace TaskArithmetic.Text.Tests.Tokenizers;

/// <summary>Tokenizer files that want the stack, the memory or the time of whoever loads them.</summary>
[TestClass]
public sealed class HostileTokenizerTests
{
    [TestMethod]
    [DataRow("(", "a", ")")]
    [DataRow("(?:", "a", ")")]
    [DataRow("(?i)", "a", "")]
    [DataRow("(?=", "a", ")")]
    [DataRow("[", "a", "]")]
    [DataRow("[^", "a", "]")]
    [DataRow("(", "", "")]
    [DataRow("", "a", "*")]
    [DataRow("", "a", "{1,2}")]
    [DataRow("", "a", "++")]
    public void A_pattern_nested_deeply_is_refused_before_it_is_read(string open, string middle, string close)
    {
        foreach (var depth in new[] { 100, 3_000, 1_000_000 })
        {
            var pattern = Repeat(open, depth) + middle + Repeat(close, depth);
            var problems = new TinyTokenizer { PreTokenizer = Split(pattern) }.Problems();

            Assert.AreEqual("TA2306", problems.Single().Code);
            Assert.IsLessThan(2_000, problems.Single().Message.Length, "the message repeats the whole pattern");
        }
    }

    [TestMethod]
    [DataRow("(?:a|aa)+(?<=b)")]
    [DataRow("(?:aa?|a)*(?:a|ab)*(?<=b)")]
    [DataRow("(?:.*x?)(?:.*y?)(?:.*x?)(?:.*y?)(?:.*x?)(?:.*y?)(?<=b)")]
    [DataRow("(?<=(?:a|aa)*)b|(?:a|aa)+$(?<!a)")]
    public void A_pattern_that_tries_everything_is_refused(string pattern)
    {
        var problem = new TinyTokenizer { PreTokenizer = Split(pattern) }.Problems().Single();

        Assert.AreEqual("TA2306", problem.Code);
        Assert.Contains("too many ways", problem.Message);
    }

    [TestMethod]
    public void Patterns_at_the_limits_are_followed()
    {
        var many = string.Join('|', Enumerable.Range(0, 1_400).Select(i => char.ConvertFromUtf32(0x4E00 + (2 * i)) + "[a-z]"));
        var nested = Repeat("(?:", 40) + "b" + Repeat(")", 40);

        foreach (var pattern in new[] { many, nested, @"(?:[\p{L}&&[^\p{Lu}]]{0,99999}){1,99999}" })
            new TinyTokenizer { PreTokenizer = Split(pattern) }.Load().Encode("abc abc", false);
    }

    [TestMethod]
    [DataRow("[]", "a", "aaaaaaaaaaaaaaaa", 12, DisplayName = "replacements that multiply")]
    [DataRow("[{\"type\":\"Prepend\",\"prepend\":\"\u0100\"}]", "\u0101", "\u0101\u0101\u0101", 20, DisplayName = "replacements after a prefix")]
    public void Replacements_of_replacements_are_stopped(string before, string from, string to, int times)
    {
        var replace = JsonSerializer.Serialize(new { type = "Replace", pattern = new { String = from }, content = to });
        var normalizers = before[1..^1] + (before.Length > 2 ? "," : "") + string.Join(',', Enumerable.Repeat(replace, times));
        var tokenizer = new TinyTokenizer { Normalizer = $$"""{"type":"Sequence","normalizers":[{{normalizers}}]}""" }.Load();

        Assert.AreEqual("TA2311", Assert.ThrowsExactly<DiagnosticException>(() => tokenizer.Encode("a\u0101", false)).Diagnostics.Single().Code);
    }

    [TestMethod]
    public void Bytes_written_as_characters_again_and_again_are_stopped()
    {
        var tokenizer = new TinyTokenizer { Normalizer = $$"""{"type":"Sequence","normalizers":[{{string.Join(',', Enumerable.Repeat("{\"type\":\"ByteLevel\"}", 60))}}]}""" }.Load();

        Assert.AreEqual("TA2311", Assert.ThrowsExactly<DiagnosticException>(() => tokenizer.Encode("é", false)).Diagnostics.Single().Code);
    }

    [TestMethod]
    public void Decoders_that_multiply_are_stopped()
    {
        var replace = """{"type":"Replace","pattern":{"String":"a"},"content":"aaaaaaaaaaaaaaaa"}""";
        var tokenizer = new TinyTokenizer { Decoder = $$"""{"type":"Sequence","decoders":[{{string.Join(',', Enumerable.Repeat(replace, 20))}}]}""" }.Load();

        Assert.AreEqual("TA2311", Assert.ThrowsExactly<DiagnosticException>(() => tokenizer.Decode([0], false)).Diagnostics.Single().Code);
    }

    [TestMethod]
    public void Added_tokens_that_normalizing_makes_endless_are_stopped()
    {
        var replace = """{"type":"Replace","pattern":{"String":"x"},"content":"xxxxxxxxxxxxxxxx"}""";
        var problems = new TinyTokenizer
        {
            Normalizer = $$"""{"type":"Sequence","normalizers":[{{string.Join(',', Enumerable.Repeat(replace, 5))}}]}""",
            AddedTokens = "[" + string.Join(',', Enumerable.Range(0, 50).Select(i => TinyTokenizer.Added(10 + i, $"x{i}", "normalized"))) + "]",
        }.Problems();

        Assert.AreEqual("TA2311", problems.Single().Code);
    }

    [TestMethod]
    public void Ids_at_the_end_of_the_range_take_no_memory()
    {
        var model = TinyTokenizer.Bpe("""{"a":0,"b":2147483647}""", "[]");
        CollectionAssert.AreEqual(new[] { 0, int.MaxValue }, new TinyTokenizer { Model = model }.Load().Encode("ab", false));

        var added = new TinyTokenizer { Model = model, AddedTokens = $"[{TinyTokenizer.Added(1, "b")},{TinyTokenizer.Added(2, "<new>")}]" };
        CollectionAssert.AreEqual(new[] { 2, int.MaxValue }, added.Load().Encode("<new>b", false));

        foreach (var id in new[] { "2147483648", "-1", "1e3", "0.5", "1e999", "99999999999999999999" })
            Assert.AreEqual("TA2303", new TinyTokenizer { Model = TinyTokenizer.Bpe($$"""{"a":{{id}}}""", "[]") }.Problems().Single().Code, id);
    }

    [TestMethod]
    public void Tokens_prefixes_and_templates_of_absurd_length_are_refused()
    {
        var text = Repeat("x", 100_000);
        foreach (var tokenizer in new[]
        {
            new TinyTokenizer { Model = TinyTokenizer.Bpe($$"""{"{{text}}":0}""", "[]") },
            new TinyTokenizer { Model = TinyTokenizer.Bpe("""{"a":0}""", "[]", $"\"continuing_subword_prefix\":\"{text}\"") },
            new TinyTokenizer { Model = TinyTokenizer.Bpe("""{"a":0}""", "[]", $"\"end_of_word_suffix\":\"{text}\"") },
            new TinyTokenizer { AddedTokens = $"[{TinyTokenizer.Added(9, text)}]" },
            new TinyTokenizer { PostProcessor = $$"""{"type":"Sequence","processors":[{{string.Join(',', Enumerable.Repeat("{\"type\":\"ByteLevel\"}", 5_000))}}]}""" },
            new TinyTokenizer { PostProcessor = """{"type":"TemplateProcessing","single":[PIECES{"Sequence":{"id":"A"}}],"special_tokens":{"s":{"ids":[IDS]}}}"""
                .Replace("PIECES", Repeat("{\"SpecialToken\":{\"id\":\"s\"}},", 900)).Replace("IDS", string.Join(',', Enumerable.Repeat("1", 900))) },
        })
        {
            var problems = tokenizer.Problems();
            Assert.AreEqual("TA2303", problems[0].Code);
            Assert.IsLessThan(2_000, problems.Max(p => p.Message.Length));
        }
    }

    [TestMethod]
    public void A_file_in_which_all_is_wrong_is_described_by_a_hundred_of_its_faults()
    {
        var vocabulary = "{" + string.Join(',', Enumerable.Range(0, 50_000).Select(i => $"\"t{i}\":\"x\"")) + "}";

        Assert.HasCount(100, new TinyTokenizer { Model = TinyTokenizer.Bpe(vocabulary, "[]") }.Problems());
    }

    [TestMethod]
    public void Many_added_tokens_and_long_runs_of_marks_take_no_square_of_the_time()
    {
        var added = "[" + string.Join(',', Enumerable.Range(0, 60_000).Select(i => TinyTokenizer.Added(i, $"<{i}>"))) + "]";
        Assert.HasCount(1, new TinyTokenizer { AddedTokens = added }.Load().Encode("<59999>", false));

        // Marks in the wrong order, which a normal form must sort.
        var marks = "a" + Repeat("\u0301", 200_000) + Repeat("\u0316", 200_000);
        new TinyTokenizer { Normalizer = """{"type":"NFD"}""" }.Load().Encode(marks, false);

        var spaces = new TinyTokenizer { AddedTokens = $"[{TinyTokenizer.Added(9, " ")}]" }.Load();
        Assert.HasCount(400_000, spaces.Encode(Repeat(" ", 400_000), false));
        Assert.AreEqual("TA2305", new TinyTokenizer { AddedTokens = $"[{TinyTokenizer.Added(9, " ", "lstrip")}]" }.Problems().Single().Code);
    }

    [TestMethod]
    [OSCondition(OperatingSystems.Linux)]
    public void What_is_no_file_is_refused_whichever_of_the_files_it_stands_for()
    {
        foreach (var name in new[] { "tokenizer.json", "tokenizer_config.json", "special_tokens_map.json", "chat_template.jinja", "additional_chat_templates/x.jinja" })
        {
            foreach (var target in new[] { "/dev/zero", "nowhere" })
            {
                using var folder = new TemporaryFolder();
                File.WriteAllText(folder["tokenizer.json"], new TinyTokenizer().ToJson());
                Directory.CreateDirectory(Path.GetDirectoryName(folder[name])!);
                File.Delete(folder[name]);
                File.CreateSymbolicLink(folder[name], target);

                var problem = Assert.ThrowsExactly<DiagnosticException>(() => HuggingFaceTokenizer.Load(folder.Path)).Diagnostics.Single();

                Assert.AreEqual("TA2301", problem.Code);
                Assert.AreEqual(folder[name], problem.File);
            }
        }
    }

    [TestMethod]
    public void A_template_file_that_is_no_Unicode_is_refused()
    {
        using var folder = new TemporaryFolder();
        File.WriteAllText(folder["tokenizer.json"], new TinyTokenizer().ToJson());
        File.WriteAllBytes(folder["chat_template.jinja"], [(byte)'a', 0xff]);

        Assert.Contains("not UTF-8", Assert.ThrowsExactly<DiagnosticException>(() => HuggingFaceTokenizer.Load(folder.Path)).Diagnostics.Single().Message);
    }

    private static string Split(string pattern) =>
        JsonSerializer.Serialize(new { type = "Split", pattern = new { Regex = pattern }, behavior = "Isolated", invert = false });

    private static string Repeat(string text, int times) => string.Concat(Enumerable.Repeat(text, times));
}
