using System.IO.Compression;
using System.Text.Json;
using TaskArithmetic.Diagnostics;
using TaskArithmetic.Evaluation.Benchmarks;
using TaskArithmetic.Evaluation.Jinja.Values;

namespace TaskArithmetic.Evaluation.Data;

/// <summary>
/// Rows of JSON files as Hugging Face's loader <c>json</c> gives them: JSON Lines, or one document that is a list of
/// objects or holds one under a field; gzip is undone. All rows get all columns, null where a row lacks one.
/// </summary>
internal static class JsonRows
{
    private static readonly JsonDocumentOptions Options = new() { MaxDepth = 256 };

    /// <summary>Reads one file.</summary>
    /// <param name="path">The file.</param>
    /// <param name="field">The key that holds the list, or null.</param>
    /// <exception cref="DiagnosticException">TA4021 or TA4022.</exception>
    public static List<JinjaDictionary> Read(string path, string? field)
    {
        if (!File.Exists(path))
            throw new DiagnosticException(BenchmarkDiagnostics.DataFileMissing(path));
        using var text = Open(path);
        return field is null && StartsAsLines(path) ? Lines(path, text) : Document(path, text.ReadToEnd(), field);
    }

    /// <summary>
    /// Gives every row every column, in the order in which columns first appear; a column of whole and broken numbers holds broken
    /// ones only. So the loader's Arrow tables have it.
    /// </summary>
    public static IReadOnlyList<JinjaDictionary> Align(IReadOnlyList<JinjaDictionary> rows)
    {
        var columns = new OrderedDictionary<string, bool>(StringComparer.Ordinal);
        foreach (var row in rows)
        {
            foreach (var column in row.Entries.Keys)
                columns.TryAdd(column.ToString(), true);
        }
        var broken = columns.Keys.Where(c => rows.Any(r => r.Find(c) is JinjaFloat) && rows.Any(r => r.Find(c) is JinjaInteger)).ToHashSet(StringComparer.Ordinal);
        return broken.Count == 0 && rows.All(r => r.Entries.Count == columns.Count && r.Entries.Keys.Select(k => k.ToString()).SequenceEqual(columns.Keys))
            ? rows
            : [.. rows.Select(r => new JinjaDictionary(columns.Keys.Select(c => KeyValuePair.Create(c, Cell(r, c)))))];

        JinjaValue Cell(JinjaDictionary row, string column) => row.Find(column) switch
        {
            null => JinjaNone.Instance,
            JinjaInteger { Value: var whole } when broken.Contains(column) => (double)whole,
            var value => value,
        };
    }

    private static StreamReader Open(string path)
    {
        Stream stream = File.OpenRead(path);
        return new StreamReader(path.EndsWith(".gz", StringComparison.OrdinalIgnoreCase) ? new GZipStream(stream, CompressionMode.Decompress) : stream);
    }

    /// <summary>Whether the first line is a whole JSON object: then the file is JSON Lines, whatever its name.</summary>
    private static bool StartsAsLines(string path)
    {
        using var text = Open(path);
        while (text.ReadLine() is { } line)
        {
            if (string.IsNullOrWhiteSpace(line))
                continue;
            try
            {
                using var document = JsonDocument.Parse(line, Options);
                return document.RootElement.ValueKind == JsonValueKind.Object;
            }
            catch (JsonException)
            {
                return path.Contains(".jsonl", StringComparison.OrdinalIgnoreCase);
            }
        }
        return true;
    }

    private static List<JinjaDictionary> Lines(string path, StreamReader text)
    {
        var rows = new List<JinjaDictionary>();
        var problems = new List<Diagnostic>();
        var number = 0;
        while (text.ReadLine() is { } line)
        {
            number++;
            if (string.IsNullOrWhiteSpace(line))
                continue;
            try
            {
                using var document = JsonDocument.Parse(line, Options);
                if (JinjaValue.FromJson(document.RootElement) is JinjaDictionary row)
                    rows.Add(row);
                else
                    problems.Add(BenchmarkDiagnostics.DataMalformed($"{path}({number})", "the line is not a JSON object"));
            }
            catch (JsonException e)
            {
                problems.Add(BenchmarkDiagnostics.DataMalformed($"{path}({number})", e.Message));
            }
        }
        return problems.Count == 0 ? rows : throw new DiagnosticException([.. problems.Take(20)]);
    }

    private static List<JinjaDictionary> Document(string path, string text, string? field)
    {
        try
        {
            using var document = JsonDocument.Parse(text, Options);
            var root = document.RootElement;
            if (field is not null && (root.ValueKind != JsonValueKind.Object || !root.TryGetProperty(field, out root)))
                throw new DiagnosticException(BenchmarkDiagnostics.DataMalformed(path, $"it has no field '{field}'"));
            return root.ValueKind switch
            {
                JsonValueKind.Array when root.EnumerateArray().All(i => i.ValueKind == JsonValueKind.Object) =>
                    [.. root.EnumerateArray().Select(i => (JinjaDictionary)JinjaValue.FromJson(i))],
                JsonValueKind.Object => [(JinjaDictionary)JinjaValue.FromJson(root)],
                _ => throw new DiagnosticException(BenchmarkDiagnostics.DataMalformed(path, "it is not a list of JSON objects")),
            };
        }
        catch (JsonException e)
        {
            throw new DiagnosticException(BenchmarkDiagnostics.DataMalformed(path, e.Message), e);
        }
    }
}
