using System.Text.Json;
using System.Text.Json.Nodes;
using TaskArithmetic.Diagnostics;
using TaskArithmetic.TestSupport;
using TaskArithmetic.Text.Tokenizers;

namespace TaskArithmetic.Text.Tests.Tokenizers;

/// <summary>Writes small tokenizer files of given parts, as JSON, and loads them.</summary>
internal sealed record TinyTokenizer
{
    public string Normalizer { get; init; } = "null";

    public string PreTokenizer { get; init; } = "null";

    public string PostProcessor { get; init; } = "null";

    public string Decoder { get; init; } = "null";

    public string AddedTokens { get; init; } = "[]";

    public string Model { get; init; } = Bpe("""{"a":0,"b":1,"c":2,"ab":3,"abc":4,"<unk>":5}""", """["a b",["ab","c"]]""", "\"unk_token\":\"<unk>\"");

    public static string Bpe(string vocabulary, string merges, string more = "\"dropout\":null") =>
        $$"""{"type":"BPE","vocab":{{vocabulary}},"merges":{{merges}},{{more}}}""";

    public static string Added(int id, string content, string flags = "")
    {
        var token = new JsonObject { ["id"] = id, ["content"] = content };
        foreach (var flag in new[] { "single_word", "lstrip", "rstrip", "normalized", "special" })
            token[flag] = flags.Split(' ').Contains(flag);
        return token.ToJsonString();
    }

    public string ToJson() =>
        $$"""{"version":"1.0","truncation":null,"padding":null,"added_tokens":{{AddedTokens}},"normalizer":{{Normalizer}},"pre_tokenizer":{{PreTokenizer}},"post_processor":{{PostProcessor}},"decoder":{{Decoder}},"model":{{Model}}}""";

    public HuggingFaceTokenizer Load(params (string Name, string Content)[] besides)
    {
        using var folder = new TemporaryFolder();
        File.WriteAllText(folder["tokenizer.json"], ToJson());
        foreach (var (name, content) in besides)
        {
            Directory.CreateDirectory(Path.GetDirectoryName(folder[name])!);
            File.WriteAllText(folder[name], content);
        }
        return HuggingFaceTokenizer.Load(folder.Path);
    }

    public IReadOnlyList<Diagnostic> Problems(params (string Name, string Content)[] besides) =>
        Assert.ThrowsExactly<DiagnosticException>(() => Load(besides)).Diagnostics;

    /// <summary>A byte-level vocabulary without merges: every byte is a token, its id its place in the alphabet of stand-ins.</summary>
    public static TinyTokenizer Bytes { get; } = new()
    {
        PreTokenizer = """{"type":"ByteLevel","add_prefix_space":false,"trim_offsets":false,"use_regex":true}""",
        Decoder = """{"type":"ByteLevel","add_prefix_space":false,"trim_offsets":false,"use_regex":true}""",
        Model = Bpe(JsonSerializer.Serialize(ByteVocabulary()), "[]"),
    };

    /// <summary>How a pre-tokenizer cuts a text, parted by bars: pieces that are not among the expected ones show as [?].</summary>
    public static string Cut(string preTokenizer, string text, string expected)
    {
        var words = expected.Split('|').Append("[?]").Distinct().Select((word, id) => (word, id)).ToDictionary(x => x.word, x => x.id);
        var tokenizer = new TinyTokenizer
        {
            PreTokenizer = preTokenizer,
            Model = JsonSerializer.Serialize(new { type = "WordLevel", vocab = words, unk_token = "[?]" }),
        }.Load();
        return string.Join('|', tokenizer.Encode(text, addSpecialTokens: false).Select(tokenizer.IdToToken));
    }

    private static Dictionary<string, int> ByteVocabulary() =>
        Enumerable.Range(0, 0x144).Where(c => c is (> 0x20 and < 0x7F) or (> 0xA0 and not 0xAD)).Select((c, i) => (c, i))
            .ToDictionary(x => ((char)x.c).ToString(), x => x.i);
}
