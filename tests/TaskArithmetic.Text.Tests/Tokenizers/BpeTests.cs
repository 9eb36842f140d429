using System.Text.Json;
using CsCheck;
using Microsoft.ML.Tokenizers;
using TaskArithmetic.Diagnostics;
using TaskArithmetic.TestSupport;

namespace TaskArithmetic.Text.Tests.Tokenizers;

[TestClass]
public sealed class BpeTests
{
    private const string Letters = """{"<unk>":0,"a":1,"b":2,"c":3,"ab":4,"abc":5,"<0xC3>":6,"<0xA9>":7}""";

    [TestMethod]
    public void Merges_are_read_as_text_and_as_pairs()
    {
        var texts = new TinyTokenizer { Model = TinyTokenizer.Bpe(Letters, """["#version: 0.2","a b","ab c"]""") }.Load();
        var pairs = new TinyTokenizer { Model = TinyTokenizer.Bpe(Letters, """[["a","b"],["ab","c"]]""") }.Load();

        Assert.AreSequenceEqual([5, 4], texts.Encode("abcab", true));
        Assert.AreSequenceEqual([5, 4], pairs.Encode("abcab", true));
        Assert.AreEqual(texts.Identity, pairs.Identity);
    }

    [TestMethod]
    [DataRow("\"unk_token\":\"<unk>\"", "azzb", "1 0 0 2", DisplayName = "unknown characters one by one")]
    [DataRow("\"unk_token\":\"<unk>\",\"fuse_unk\":true", "azzb", "1 0 2", DisplayName = "unknown characters fused")]
    [DataRow("\"unk_token\":null", "azzb", "4", DisplayName = "unknown characters dropped, and what they parted merges")]
    [DataRow("\"unk_token\":\"<unk>\",\"byte_fallback\":true", "aéb", "1 6 7 2", DisplayName = "bytes where all of a character's exist")]
    [DataRow("\"unk_token\":\"<unk>\",\"byte_fallback\":true", "aèb", "1 0 2", DisplayName = "unknown where a byte is missing")]
    [DataRow("\"ignore_merges\":true", "abc", "5", DisplayName = "a whole word that is a token")]
    [DataRow("\"ignore_merges\":true", "abcb", "4 3 2", DisplayName = "a word that is none is merged")]
    public void Options_decide_what_becomes_of_characters(string options, string text, string expected)
    {
        var tokenizer = new TinyTokenizer { Model = TinyTokenizer.Bpe(Letters, """["a b"]""", options) }.Load();

        Assert.AreEqual(expected, string.Join(' ', tokenizer.Encode(text, true)));
    }

    [TestMethod]
    public void Prefixes_and_suffixes_mark_a_characters_place()
    {
        var continuing = new TinyTokenizer { Model = TinyTokenizer.Bpe("""{"a":0,"##b":1,"##c":2,"ab":3,"abc":4}""", """["a ##b","ab ##c"]""", "\"continuing_subword_prefix\":\"##\"") }.Load();
        var ending = new TinyTokenizer { Model = TinyTokenizer.Bpe("""{"a":0,"b</w>":1,"ab</w>":2,"a</w>":3}""", """["a b</w>"]""", "\"end_of_word_suffix\":\"</w>\"") }.Load();

        Assert.AreSequenceEqual([4], continuing.Encode("abc", true));
        Assert.AreSequenceEqual([2], ending.Encode("ab", true));
        Assert.AreSequenceEqual([0, 3], ending.Encode("aa", true));
    }

    [TestMethod]
    public void An_unknown_character_is_an_error_where_the_unknown_token_is_unknown_too()
    {
        var tokenizer = new TinyTokenizer { Model = TinyTokenizer.Bpe("""{"a":0}""", "[]", "\"unk_token\":\"<none>\"") }.Load();

        Assert.AreSequenceEqual([0], tokenizer.Encode("a", true));
        var problem = Assert.ThrowsExactly<DiagnosticException>(() => tokenizer.Encode("b", true)).Diagnostics.Single();
        Assert.AreEqual("TA2309", problem.Code);
        Assert.Contains("<none>", problem.Message);
    }

    [TestMethod]
    [RequiresShared("models/stories260K")]
    public void Long_texts_merge_as_if_they_were_one_word()
    {
        var tokenizer = GoldenTokenizer.Load("models", "stories260K");
        var naive = new NaiveBpe(SharedData.PathOf("models", "stories260K", "tokenizer.json"));

        UnicodeTexts.Wordy.Where(text => text.Length > 0).Sample(text =>
            tokenizer.Encode(text, addSpecialTokens: false).AsSpan().SequenceEqual(naive.Encode("▁" + text.Replace(' ', '▁'))));
    }

    [TestMethod]
    [RequiresShared("models/tiny-reasoner/target")]
    public void Words_are_merged_as_Microsofts_library_merges_them()
    {
        using var document = JsonDocument.Parse(File.ReadAllBytes(SharedData.PathOf("models", "tiny-reasoner", "target", "tokenizer.json")));
        var model = document.RootElement.GetProperty("model");
        var other = BpeTokenizer.Create(new BpeOptions(model.GetProperty("vocab").EnumerateObject().Select(t => KeyValuePair.Create(t.Name, t.Value.GetInt32())))
        {
            Merges = [.. model.GetProperty("merges").EnumerateArray().Select(m => m.ValueKind == JsonValueKind.String ? m.GetString()! : $"{m[0].GetString()} {m[1].GetString()}")],
            ByteLevel = true,
        });
        var tokenizer = GoldenTokenizer.Load("models", "tiny-reasoner", "target");

        Gen.Char["abcdeghilmnorstuy"].Array[1, 30].Select(letters => new string(letters)).Sample(word =>
            tokenizer.Encode(word, addSpecialTokens: false).AsSpan().SequenceEqual(other.EncodeToIds(word).ToArray()));
    }

    [TestMethod]
    [RequiresShared("golden/tokenizers")]
    public void Many_threads_get_the_ids_one_thread_gets()
    {
        var shared = GoldenTokenizer.Load("golden", "tokenizers", "pruned", "smollm.tokenizer.json");
        var cases = GoldenTokenizer.Cases("smollm");

        Parallel.For(0, cases.Count * 4, i =>
        {
            var c = cases[i % cases.Count];
            Assert.AreSequenceEqual(c.Ids, shared.Encode(c.Text, false));
            Assert.AreEqual(c.Decoded, shared.Decode(c.Ids, false));
        });
    }
}
