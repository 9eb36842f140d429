using System.IO.Compression;
using System.Text.Json;
using TaskArithmetic.TestSupport;
using TaskArithmetic.Text.Tokenizers;

namespace TaskArithmetic.Text.Tests.Tokenizers;

/// <summary>Finds the tokenizers and the expectations of the golden folder.</summary>
internal static class GoldenTokenizer
{
    /// <summary>Loads a file that may be compressed, without what lies beside it.</summary>
    public static HuggingFaceTokenizer Load(params string[] path)
    {
        var source = SharedData.PathOf(path);
        if (!source.EndsWith(".gz", StringComparison.Ordinal))
            return HuggingFaceTokenizer.Load(source);
        using var folder = new TemporaryFolder();
        using (var target = File.Create(folder["tokenizer.json"]))
        using (var unzip = new GZipStream(File.OpenRead(source), CompressionMode.Decompress))
            unzip.CopyTo(target);
        return HuggingFaceTokenizer.Load(folder.Path);
    }

    public static Dictionary<int, string> Strings()
    {
        using var document = JsonDocument.Parse(File.ReadAllBytes(SharedData.PathOf("golden", "tokenizers", "strings.json")));
        return document.RootElement.GetProperty("strings").EnumerateArray()
            .ToDictionary(s => s.GetProperty("id").GetInt32(), s => s.GetProperty("text").GetString()!);
    }

    public static IReadOnlyList<GoldenTokenizerCase> Cases(string name)
    {
        var strings = Strings();
        using var document = JsonDocument.Parse(File.ReadAllBytes(SharedData.PathOf("golden", "tokenizers", name + ".json")));
        return [.. document.RootElement.GetProperty("cases").EnumerateArray().Select(c => Case(c, strings[c.GetProperty("id").GetInt32()]))];
    }

    // "ids_special" stands only where it differs from "ids"; a decoded text of true means equal to the text before it.
    private static GoldenTokenizerCase Case(JsonElement line, string text)
    {
        var ids = Ids(line.GetProperty("ids"));
        var decoded = Text(line.GetProperty("decoded"), text);
        return new(
            line.GetProperty("id").GetInt32(),
            text,
            ids,
            line.TryGetProperty("ids_special", out var special) ? Ids(special) : ids,
            decoded,
            line.TryGetProperty("decoded_skip_special", out var skipped) ? Text(skipped, decoded) : decoded);
    }

    private static int[] Ids(JsonElement array) => [.. array.EnumerateArray().Select(id => id.GetInt32())];

    private static string Text(JsonElement value, string same) => value.ValueKind == JsonValueKind.True ? same : value.GetString()!;
}
