using TaskArithmetic.Diagnostics;
using TaskArithmetic.TestSupport;
using TaskArithmetic.Text.Tokenizers.Native;

namespace TaskArithmetic.Text.Tests.Tokenizers;

[TestClass]
public sealed class TokenizerLibraryTests
{
    [TestMethod]
    [OSCondition(OperatingSystems.Linux)]
    public void A_system_with_an_older_C_library_or_another_is_refused_before_anything_is_loaded()
    {
        TokenizerLibrary.RequireSystem(new(2, 34));
        foreach (var glibc in new[] { new Version(2, 33), new Version(2, 9), null })
            Assert.AreEqual("TA0121", Assert.ThrowsExactly<DiagnosticException>(() => TokenizerLibrary.RequireSystem(glibc)).Diagnostics.Single().Code);
    }

    [TestMethod]
    public void Platforms_without_a_package_are_named_and_only_the_tested_one_has_a_pin()
    {
        Assert.AreEqual("TA0120", Assert.ThrowsExactly<DiagnosticException>(() => TokenizerPackage.For("linux-musl-x64")).Diagnostics.Single().Code);
        Assert.HasCount(64, Convert.FromBase64String(TokenizerPackage.For("linux-x64").Pin!.PackageDigest));
        foreach (var platform in new[] { "linux-arm64", "osx-x64", "osx-arm64", "win-x64", "win-arm64" })
            Assert.IsNull(TokenizerPackage.For(platform).Pin, platform);
    }

    [TestMethod]
    [OSCondition(OperatingSystems.Linux)]
    public void A_library_that_is_cut_short_is_told_and_not_mapped()
    {
        using var folder = new TemporaryFolder();
        File.WriteAllBytes(folder["libhf_tokenizers.so"], File.ReadAllBytes("/proc/self/exe")[..5_000]);

        Assert.AreEqual("TA0122", Assert.ThrowsExactly<DiagnosticException>(() => TokenizerLibrary.Load(folder["libhf_tokenizers.so"])).Diagnostics.Single().Code);
    }

    [TestMethod]
    [OSCondition(OperatingSystems.Linux)]
    public void Another_library_of_that_name_is_told_before_it_is_called()
    {
        var other = Path.Combine(Path.GetDirectoryName(typeof(object).Assembly.Location)!, "libSystem.Native.so");

        var problem = Assert.ThrowsExactly<DiagnosticException>(() => TokenizerLibrary.Load(other)).Diagnostics.Single();

        Assert.AreEqual("TA0122", problem.Code);
        Assert.Contains("tokenizer_initialize", problem.Message);
    }

    [TestMethod]
    public void Both_ids_of_a_piece_that_is_listed_twice_have_its_text()
    {
        var tokenizer = new TinyTokenizer
        {
            Model = """{"type":"Unigram","unk_id":0,"vocab":[["?",0.0],["a",-1.0],["b",-1.0],["a",-2.0]]}""",
            Decoder = """{"type":"Fuse"}""",
        }.Load();

        Assert.AreEqual("aba", tokenizer.Decode([1, 2, 3], skipSpecialTokens: false));
        Assert.AreEqual(("a", 3, 4), (tokenizer.IdToToken(1), tokenizer.TokenToId("a"), tokenizer.VocabularySize));
    }

    [TestMethod]
    [DataRow("""{"type":"Unigram","unk_id":0,"vocab":[["?",0.0],["a",-1.0],["b",-1.0],["ab",-1.5]]}""", "abazz", "3 1 0")]
    [DataRow("""{"type":"WordPiece","unk_token":"?","continuing_subword_prefix":"##","max_input_chars_per_word":100,"vocab":{"?":0,"a":1,"##b":2}}""", "abb", "1 2 2")]
    [DataRow("""{"type":"WordLevel","unk_token":"?","vocab":{"?":0,"ab":1}}""", "ab", "1")]
    public void Every_kind_of_model_is_taken(string model, string text, string expected) =>
        Assert.AreEqual(expected, string.Join(' ', new TinyTokenizer { Model = model }.Load().Encode(text, addSpecialTokens: false)));
}
