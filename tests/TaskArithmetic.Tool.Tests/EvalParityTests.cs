using System.Text.Json;
using Microsoft.VisualStudio.TestTools.UnitTesting;
using TaskArithmetic.TestSupport;

namespace TaskArithmetic.Tool.Tests;

/// <summary>Recorded runs of lm-evaluation-harness through the command line: the same options give the same lines.</summary>
[TestClass]
[RequiresShared("golden/lm-eval")]
public sealed class EvalParityTests
{
    /// <summary>Below this, two programs' noise may turn an answer.</summary>
    private const double NearTie = 5e-4;

    [TestMethod]
    [DataRow("gsm8k-samples")]
    [DataRow("gsm8k-seed42")]
    [DataRow("gsm8k-2shot")]
    [DataRow("gsm8k-system")]
    [DataRow("gsm8k-fraction")]
    [DataRow("own-choice")]
    [DataRow("own-generate")]
    [DataRow("reasoner-target")]
    public async Task Eval_writes_a_line_for_each_document_and_filter_as_recorded(string run)
    {
        using var tool = new ToolFolder();
        Directory.CreateSymbolicLink(tool["own"], SharedData.PathOf("golden", "lm-eval", "tasks"));
        File.CreateSymbolicLink(tool["questions.jsonl"], SharedData.PathOf("models", "tiny-reasoner", "benchmark", "questions.jsonl"));
        var golden = new GoldenSamples(run);

        var result = await tool.RunAsync(golden.Call(tool["out"]));

        Assert.AreEqual(0, result.ExitCode, result.ToString());
        // The small models of some recordings do not see long prompts whole; neither did lm-evaluation-harness's.
        var cut = golden.Lines().Any(task => GoldenSamples.Written(tool["out"], task.Task).Any(l => l.GetProperty("taskarithmetic").TryGetProperty("prompt_tokens_cut", out var tokens) && tokens.GetInt32() > 0));
        Assert.Contains(cut ? "were cut to the model's context" : "Comparable to lm-evaluation-harness", result.Output);
        var mismatches = new List<string>();
        foreach (var (task, expected) in golden.Lines())
        {
            var written = GoldenSamples.Written(tool["out"], task);
            Assert.HasCount(expected.Count, written, task);
            // Notes on margins stand on the lines of the first filter only.
            var notes = expected.Where(l => l.TryGetProperty("extra", out _)).ToDictionary(l => l.GetProperty("doc_id").GetInt32(), l => l.GetProperty("extra"));
            mismatches.AddRange(expected.Zip(written).SelectMany((lines, i) =>
                Mismatches(lines.First, lines.Second, notes.GetValueOrDefault(lines.First.GetProperty("doc_id").GetInt32())).Select(m => $"{task}, line {i + 1}: {m}")));
        }
        Assert.AreEqual("", string.Join('\n', mismatches.Take(20)));
    }

    private static IEnumerable<string> Mismatches(JsonElement expected, JsonElement written, JsonElement note)
    {
        var keys = (string[])["doc_id", "filter", "prompt_hash", "doc_hash", "target_hash", "target"];
        var metrics = expected.GetProperty("metrics").EnumerateArray().Select(m => m.GetString()!).Where(m => m.StartsWith("acc", StringComparison.Ordinal) || m == "exact_match");
        if (note.ValueKind == JsonValueKind.Object && !IsNearTie(note))
            keys = [.. keys, .. metrics, .. note.TryGetProperty("generated_ids", out _) ? (string[])["resps", "filtered_resps"] : []];
        foreach (var key in keys)
        {
            var (wanted, found) = (Text(expected, key), Text(written, key));
            if (wanted != found)
                yield return $"{key} is {found} instead of {wanted}";
        }
        if (written.GetProperty("resps").GetArrayLength() != expected.GetProperty("resps").GetArrayLength())
            yield return "another number of responses";
    }

    private static bool IsNearTie(JsonElement note) =>
        (note.TryGetProperty("min_margin", out var margin) && margin.GetDouble() < NearTie)
        || (note.TryGetProperty("best_minus_second", out var lead) && lead.GetDouble() < 2e-3);

    /// <summary>Values that are written differently but mean the same, such as 1 and 1.0, are equal.</summary>
    private static string Text(JsonElement line, string key) => !line.TryGetProperty(key, out var value) ? "nothing"
        : value.ValueKind == JsonValueKind.Number ? value.GetDouble().ToString(System.Globalization.CultureInfo.InvariantCulture)
        : JsonSerializer.Serialize(value);
}
