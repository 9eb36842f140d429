using System.Text;
using System.Text.Json;
using TaskArithmetic.TestSupport;
using TaskArithmetic.Text.Tests.Tokenizers;
using TaskArithmetic.Text.Tokenizers;

namespace TaskArithmetic.Text.Tests.Mutations;

/// <summary>
/// Damaged tokenizer files, from the file to ids and back: each is taken or refused with a code. <c>TASKARITHMETIC_MUTATIONS=20000</c> is the long form.
/// </summary>
[TestClass]
public sealed class TokenizerMutationTests
{
    private static readonly string[] Words =
    [
        "Sequence", "ByteLevel", "Metaspace", "Split", "Replace", "Prepend", "Strip", "NFKC", "Lowercase", "Fuse", "ByteFallback", "WordPiece", "BPEDecoder", "Digits", "Punctuation",
        "TemplateProcessing", "Regex", "String", "Isolated", "MergedWithNext", "{\"Regex\": \"(a+)+$\"}", "{\"Regex\": \"((((a))))*\"}", "{\"String\": \"a\"}", "(?i:", "\\\\p{L}", "[^\\\\s\\\\p{N}]+", "{1,3}",
        "++", "(?!", "(?<=a)", "[a-z&&[^b]]", "\\\\b", "^", "$", "|", "[[:punct:]]", "{\"type\": \"Prepend\", \"prepend\": \"aa\"},", "{\"type\": \"Replace\", \"pattern\": {\"String\": \"a\"}, \"content\": \"aaaa\"},",
        "{\"type\": \"NFD\"},", "\"byte_fallback\": true,", "\"ignore_merges\": true,", "\"unk_token\": \"a\",", "\"continuing_subword_prefix\": \"##\",", "\"end_of_word_suffix\": \"</w>\",", "\"lstrip\": true,", "\"normalized\": true,",
    ];

    [TestMethod]
    public void Every_damaged_tokenizer_is_taken_or_refused_with_a_code() =>
        new MutationRun("tokenizer", Read).Require(new Mutation([.. Seeds()], Words), Mutation.Count(300));

    /// <summary>Damage mostly ends in the parser; these get past it.</summary>
    [TestMethod]
    public void Every_pattern_of_the_grammar_is_followed_or_refused_with_a_code() =>
        new MutationRun("random pattern", Read).Require(Enumerable.Range(0, Mutation.Count(150)).Select(i => ($"pattern {i}", Seed(new TinyTokenizer
        {
            Normalizer = JsonSerializer.Serialize(new { type = "Replace", pattern = new { Regex = RandomPattern(new Random(2 * i), 4) }, content = "ab" }),
            PreTokenizer = JsonSerializer.Serialize(new { type = "Split", pattern = new { Regex = RandomPattern(new Random((2 * i) + 1), 4) }, behavior = "Isolated", invert = false }),
        }))));

    [TestMethod]
    public void What_was_found_stays_found() => new MutationRun("tokenizer corpus", Read).Require(MutationCorpus.Of("tokenizer"));

    private static IEnumerable<byte[]> Seeds()
    {
        yield return Seed(new TinyTokenizer { AddedTokens = $"[{TinyTokenizer.Added(6, "<s>", "special")},{TinyTokenizer.Added(7, "x", "lstrip rstrip single_word normalized")}]" });
        yield return Seed(TinyTokenizer.Bytes);
        yield return Seed(new TinyTokenizer
        {
            Normalizer = """{"type":"Sequence","normalizers":[{"type":"NFC"},{"type":"Replace","pattern":{"Regex":" {2,}"},"content":" "},{"type":"Prepend","prepend":"_"},{"type":"Strip","strip_left":true,"strip_right":false}]}""",
            PreTokenizer = """{"type":"Sequence","pretokenizers":[{"type":"Split","pattern":{"Regex":"(?i:'s|'t)|[^\\r\\n\\p{L}\\p{N}]?\\p{L}+|\\p{N}{1,3}| ?[^\\s\\p{L}\\p{N}]+|\\s+(?!\\S)|\\s+"},"behavior":"Isolated","invert":false},{"type":"Digits","individual_digits":true},{"type":"Metaspace","replacement":"▁","prepend_scheme":"first","split":true}]}""",
            PostProcessor = """{"type":"Sequence","processors":[{"type":"ByteLevel"},{"type":"TemplateProcessing","single":[{"SpecialToken":{"id":"<s>","type_id":0}},{"Sequence":{"id":"A","type_id":0}}],"pair":[],"special_tokens":{"<s>":{"id":"<s>","ids":[5],"tokens":["<s>"]}}}]}""",
            Decoder = """{"type":"Sequence","decoders":[{"type":"Replace","pattern":{"String":"▁"},"content":" "},{"type":"ByteFallback"},{"type":"Fuse"},{"type":"Strip","content":" ","start":1,"stop":0}]}""",
            Model = TinyTokenizer.Bpe("""{"a":0,"b":1,"c":2,"ab":3,"abc":4,"<unk>":5,"<0x61>":6,"▁":7}""", """["a b",["ab","c"]]""", "\"unk_token\":\"<unk>\",\"byte_fallback\":true,\"fuse_unk\":true"),
        });
    }

    private static string RandomPattern(Random random, int depth)
    {
        string[] atoms = ["a", "b", ".", " ", "\\s", "\\S", "\\p{L}", "\\P{N}", "[^\\r\\n\\p{L}]", "[a-c&&[^b]]", "\\b", "\\B", "^", "$", "\\A", "\\z", "\\Z", "\\R", "\\h", "[[:punct:]]", "\\u0301", "漢", "[\\d\\-]", "\\x{1F600}"];
        string[] openings = ["(", "(?:", "(?=", "(?!", "(?>", "(?<=", "(?<!", "(?i:", "(?m:", "(?<n>"];
        string[] quantifiers = ["", "", "", "*", "+", "?", "*?", "+?", "++", "?+", "{2}", "{1,3}", "{,2}", "{0,99999}", "{3,}?", "{2}?", "{1,2}+", "**"];
        var pattern = new StringBuilder();
        for (var terms = 1 + random.Next(4); terms > 0; terms--)
        {
            pattern.Append(depth > 0 && random.Next(3) == 0 ? openings[random.Next(openings.Length)] + RandomPattern(random, depth - 1) + ")" : atoms[random.Next(atoms.Length)]);
            pattern.Append(quantifiers[random.Next(quantifiers.Length)]).Append(random.Next(6) == 0 ? "|" : "");
        }
        return pattern.ToString();
    }

    private static byte[] Seed(TinyTokenizer tokenizer) => Encoding.UTF8.GetBytes(tokenizer.ToJson());

    private static void Read(byte[] bytes)
    {
        using var folder = new TemporaryFolder();
        File.WriteAllBytes(folder["tokenizer.json"], bytes);
        var tokenizer = HuggingFaceTokenizer.Load(folder.Path);
        var ids = tokenizer.Encode("abc a  b<s> it's 123 x é\u0301 漢\n\n" + new string('a', 60) + " x ▁b", addSpecialTokens: true);
        tokenizer.Decode(ids, skipSpecialTokens: true);
        tokenizer.Decode([0, 5, -1, int.MaxValue], skipSpecialTokens: false);
        _ = tokenizer.Identity;
    }
}
