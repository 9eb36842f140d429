using Microsoft.VisualStudio.TestTools.UnitTesting;
using TaskArithmetic.Checkpoints;
using TaskArithmetic.Diagnostics;
using TaskArithmetic.Tests.Diagnostics;
using TaskArithmetic.TestSupport;

namespace TaskArithmetic.Tests.Checkpoints;

[TestClass]
public sealed class TokenizerIdentityTests
{
    [TestMethod]
    public void Merges_as_strings_and_as_pairs_are_one_tokenizer()
    {
        var strings = Read("""{"model": {"vocab": {"a": 0, "b": 1, "ab": 2}, "merges": ["a b"]}}""");
        var pairs = Read("""{"model": {"merges": [["a", "b"]], "vocab": {"ab": 2, "b": 1, "a": 0}}, "added_tokens": []}""");

        Assert.AreEqual(strings.Digest, pairs.Digest);
    }

    [TestMethod]
    public void The_two_old_files_are_the_same_tokenizer_as_the_new_one()
    {
        using var folder = new TemporaryFolder();
        File.WriteAllText(folder["vocab.json"], """{"a": 0, "b": 1, "ab": 2}""");
        File.WriteAllText(folder["merges.txt"], "#version: 0.2\na b\n");

        Assert.AreEqual(Read("""{"model": {"vocab": {"a": 0, "b": 1, "ab": 2}, "merges": ["a b"]}}""").Digest, TokenizerIdentity.Read(folder.Path)!.Digest);
    }

    [TestMethod]
    public void The_order_of_merges_and_the_ids_count()
    {
        var one = Read("""{"model": {"vocab": {"a": 0, "b": 1}, "merges": ["a b", "b a"]}}""");
        var otherMerges = Read("""{"model": {"vocab": {"a": 0, "b": 1}, "merges": ["b a", "a b"]}}""");
        var otherIds = Read("""{"model": {"vocab": {"a": 1, "b": 0}, "merges": ["a b", "b a"]}}""");

        Assert.AreNotEqual(one.Digest, otherMerges.Digest);
        Assert.AreNotEqual(one.MergesDigest, otherMerges.MergesDigest);
        Assert.AreNotEqual(one.Digest, otherIds.Digest);
        Assert.AreEqual(one.MergesDigest, otherIds.MergesDigest);
    }

    [TestMethod]
    public void Tokens_that_only_one_of_them_has_are_no_conflict_but_shared_ids_are()
    {
        var one = Read("""{"model": {"vocab": {"a": 0, "b": 1}}}""");
        var added = Read("""{"model": {"vocab": {"a": 0, "b": 1}}, "added_tokens": [{"id": 2, "content": "<c>"}]}""");
        var swapped = Read("""{"model": {"vocab": {"a": 0, "z": 1, "b": 2}}}""");

        Assert.IsEmpty(one.Conflicts(added));
        CollectionAssert.AreEquivalent(new[] { "z", "b" }, one.Conflicts(swapped).ToArray());
    }

    [TestMethod]
    public void A_unigram_model_counts_its_pairs()
    {
        Assert.AreEqual(1, Read("""{"model": {"type": "Unigram", "vocab": [["<unk>", 0.0], ["a", -1.5]]}}""").Vocabulary["a"]);
    }

    [TestMethod]
    [DataRow("{}")]
    [DataRow("{\"model\": {\"vocab\": {\"a\": \"zero\"}}}")]
    [DataRow("{\"model\": {\"vocab\": [1]}}")]
    [DataRow("{\"model\": {\"vocab\": [[]]}}")]
    [DataRow("{\"model\": 3}")]
    [DataRow("[]")]
    [DataRow("{\"model\": {\"vocab\": {}, \"merges\": [[\"a\"]]}}")]
    [DataRow("{\"model\": {\"vocab\": {}}, \"added_tokens\": [{\"id\": 1}]}")]
    [DataRow("{\"model\": {\"vocab\": {}}, \"added_tokens\": [{\"id\": 1, \"content\": null}]}")]
    [DataRow("not json")]
    public void A_damaged_tokenizer_is_refused_as_one(string json)
    {
        Assert.ThrowsExactly<DiagnosticException>(() => Read(json)).Diagnostics.Only("TA2008", "tokenizer.json");
    }

    private static TokenizerIdentity Read(string json)
    {
        using var folder = new TemporaryFolder();
        File.WriteAllText(folder["tokenizer.json"], json);
        return TokenizerIdentity.Read(folder.Path)!;
    }
}
