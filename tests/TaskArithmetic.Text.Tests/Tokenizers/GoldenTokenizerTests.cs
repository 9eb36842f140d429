using System.Text.Json;
using TaskArithmetic.TestSupport;
using TaskArithmetic.Text.Tokenizers;

namespace TaskArithmetic.Text.Tests.Tokenizers;

[TestClass]
[RequiresShared("golden/tokenizers")]
public sealed class GoldenTokenizerTests
{
    [TestMethod]
    [DataRow("qwen3", "golden/tokenizers/qwen3.tokenizer.json.gz")]
    [DataRow("qwen3", "golden/tokenizers/pruned/qwen3.tokenizer.json")]
    [DataRow("smollm", "golden/tokenizers/smollm.tokenizer.json.gz")]
    [DataRow("smollm", "golden/tokenizers/pruned/smollm.tokenizer.json")]
    [DataRow("llama3_1", "golden/tokenizers/pruned/llama3_1.tokenizer.json")]
    [DataRow("stories260K", "models/stories260K/tokenizer.json")]
    [DataRow("babyllama105", "models/babyllama105/tokenizer.json")]
    public void Every_golden_string_is_encoded_and_decoded_as_the_Rust_library_does(string name, string file)
    {
        var tokenizer = GoldenTokenizer.Load(file.Split('/'));
        var cases = GoldenTokenizer.Cases(name);

        var mismatches = cases.SelectMany(c => Mismatches(tokenizer, c)).ToList();

        Assert.HasCount(222, cases);
        Assert.IsEmpty(mismatches, string.Join(Environment.NewLine, mismatches));
    }

    [TestMethod]
    [RequiresShared("models/tiny-reasoner/target")]
    public void The_sample_models_tokenizer_gives_every_golden_string_back()
    {
        var tokenizer = GoldenTokenizer.Load("models", "tiny-reasoner", "target");

        // Its normalizer is NFC, whose texts for these strings stand in the golden file of the tokenizer with the same layout.
        var mismatches = GoldenTokenizer.Cases("qwen3")
            .Where(c => tokenizer.Decode(tokenizer.Encode(c.Text, addSpecialTokens: true), skipSpecialTokens: false) != c.Decoded)
            .Select(c => $"{c.Id}: {JsonSerializer.Serialize(c.Text)}")
            .ToList();

        Assert.IsEmpty(mismatches, string.Join(Environment.NewLine, mismatches));
    }

    private static IEnumerable<string> Mismatches(HuggingFaceTokenizer tokenizer, GoldenTokenizerCase c)
    {
        var where = $"{c.Id}: {JsonSerializer.Serialize(c.Text)}";
        var ids = tokenizer.Encode(c.Text, addSpecialTokens: false);
        if (!ids.AsSpan().SequenceEqual(c.Ids))
            yield return $"{where}: ids [{string.Join(' ', ids)}], expected [{string.Join(' ', c.Ids)}]";
        var withSpecial = tokenizer.Encode(c.Text, addSpecialTokens: true);
        if (!withSpecial.AsSpan().SequenceEqual(c.IdsWithSpecial))
            yield return $"{where}: ids with special tokens [{string.Join(' ', withSpecial)}], expected [{string.Join(' ', c.IdsWithSpecial)}]";
        var decoded = tokenizer.Decode(c.Ids, skipSpecialTokens: false);
        if (decoded != c.Decoded)
            yield return $"{where}: decoded {JsonSerializer.Serialize(decoded)}";
        var skipped = tokenizer.Decode(c.Ids, skipSpecialTokens: true);
        if (skipped != c.DecodedWithoutSpecial)
            yield return $"{where}: decoded without special tokens {JsonSerializer.Serialize(skipped)}";
    }
}
