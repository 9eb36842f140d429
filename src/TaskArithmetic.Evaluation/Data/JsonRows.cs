using System.IO.Compression;
using System.Text;
using System.Text.Json;
using System.Text.Unicode;
using TaskArithmetic.Diagnostics;
using TaskArithmetic.Evaluation.Benchmarks;
using TaskArithmetic.Files;
using TaskArithmetic.Text.Python;

namespace TaskArithmetic.Evaluation.Data;

/// <summary>
/// Rows of JSON files as Hugging Face's loader <c>json</c> gives them: JSON Lines, or one document that is a list of
/// objects or holds one under a field; gzip is undone. All rows get all columns, null where a row lacks one. Text must be
/// UTF-8, and what is read has bounds, since a small archive can hold a large file.
/// </summary>
internal static class JsonRows
{
    private const int MostTextBytes = 16 << 20;
    private const long MostBytes = 512L << 20;
    private const int MostRows = 2_000_000;
    private const int MostProblems = 20;

    /// <summary>As many digits as Python reads.</summary>
    private const int MostDigits = 4300;

    private static readonly JsonDocumentOptions Options = new() { MaxDepth = 128, AllowDuplicateProperties = false };

    /// <summary>Reads one file.</summary>
    /// <param name="path">The file.</param>
    /// <param name="field">The key that holds the list, or null.</param>
    /// <exception cref="DiagnosticException">TA4021, TA4022 or TA4057.</exception>
    public static List<PythonDictionary> Read(string path, string? field)
    {
        if (!File.Exists(path))
            throw new DiagnosticException(BenchmarkDiagnostics.DataFileMissing(path, NearestFile(path)));
        return Readable(path, () =>
        {
            var text = Bytes(path);
            return field is null && StartsAsLines(path, text) ? Rows(path, text) : Document(path, text, field);
        });
    }

    /// <summary>The text of a small data file.</summary>
    /// <exception cref="DiagnosticException">TA4022: it cannot be read.</exception>
    public static string ReadText(string path) => Readable(path, () => RegularFile.ReadText(path, MostTextBytes));

    /// <summary>The file in the same folder whose name is nearest to one that is not there, or null.</summary>
    public static string? NearestFile(string path)
    {
        var folder = Path.GetDirectoryName(path);
        return Directory.Exists(folder) ? NearestName.Find(Path.GetFileName(path), Directory.EnumerateFiles(folder).Take(10_000).Select(f => Path.GetFileName(f))) : null;
    }

    /// <summary>
    /// Gives every row every column, in the order in which columns first appear; a column of whole and broken numbers holds broken
    /// ones only. So the loader's Arrow tables have it.
    /// </summary>
    public static IReadOnlyList<PythonDictionary> Align(IReadOnlyList<PythonDictionary> rows)
    {
        var columns = new OrderedDictionary<string, bool>(StringComparer.Ordinal);
        foreach (var row in rows)
        {
            foreach (var column in row.Entries.Keys)
                columns.TryAdd(column.ToString(), true);
        }
        var broken = columns.Keys.Where(c => rows.Any(r => r.Find(c) is PythonFloat) && rows.Any(r => r.Find(c) is PythonInteger)).ToHashSet(StringComparer.Ordinal);
        return broken.Count == 0 && rows.All(r => r.Entries.Count == columns.Count && r.Entries.Keys.Select(k => k.ToString()).SequenceEqual(columns.Keys))
            ? rows
            : [.. rows.Select(r => new PythonDictionary(columns.Keys.Select(c => KeyValuePair.Create(c, Cell(r, c)))))];

        PythonValue Cell(PythonDictionary row, string column) => row.Find(column) switch
        {
            null => PythonNone.Instance,
            PythonInteger { Value: var whole } when broken.Contains(column) => (double)whole,
            var value => value,
        };
    }

    private static T Readable<T>(string path, Func<T> read)
    {
        try
        {
            return read();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or InvalidDataException)
        {
            throw new DiagnosticException(BenchmarkDiagnostics.DataMalformed(path, e.Message), e);
        }
    }

    /// <summary>Whether the first line is a whole JSON object: then the file is JSON Lines, whatever its name.</summary>
    private static bool StartsAsLines(string path, ReadOnlyMemory<byte> text)
    {
        try
        {
            return Lines(text).Take(1).All(line => Parse(line.Text, root => root.ValueKind == JsonValueKind.Object));
        }
        catch (JsonException)
        {
            return path.Contains(".jsonl", StringComparison.OrdinalIgnoreCase);
        }
    }

    private static List<PythonDictionary> Rows(string path, ReadOnlyMemory<byte> text)
    {
        var rows = new List<PythonDictionary>();
        var problems = new List<Diagnostic>();
        foreach (var (number, line) in Lines(text))
        {
            if (rows.Count == MostRows)
                throw new DiagnosticException(BenchmarkDiagnostics.DataTooLarge(path, $"it has more than {MostRows} rows"));
            try
            {
                rows.Add(Parse(line, root => root.ValueKind == JsonValueKind.Object ? (PythonDictionary)PythonValue.FromJson(root) : throw new JsonException("the line is not a JSON object")));
            }
            catch (JsonException e)
            {
                problems.Add(BenchmarkDiagnostics.DataMalformed($"{path}({number})", e.Message));
                if (problems.Count == MostProblems)
                    break;
            }
        }
        return problems.Count == 0 ? rows : throw new DiagnosticException(problems);
    }

    private static List<PythonDictionary> Document(string path, ReadOnlyMemory<byte> text, string? field)
    {
        if (text.Length > 8L * MostTextBytes)
            throw new DiagnosticException(BenchmarkDiagnostics.DataTooLarge(path, $"one JSON document of more than {8L * MostTextBytes} bytes; JSON Lines may be longer"));
        try
        {
            return Parse(text, root =>
            {
                if (field is not null && (root.ValueKind != JsonValueKind.Object || !root.TryGetProperty(field, out root)))
                    throw new JsonException($"it has no field '{field}'");
                return root.ValueKind switch
                {
                    JsonValueKind.Array when root.EnumerateArray().All(i => i.ValueKind == JsonValueKind.Object) =>
                        root.EnumerateArray().Select(i => (PythonDictionary)PythonValue.FromJson(i)).ToList(),
                    JsonValueKind.Object => [(PythonDictionary)PythonValue.FromJson(root)],
                    _ => throw new JsonException("it is not a list of JSON objects"),
                };
            });
        }
        catch (JsonException e)
        {
            throw new DiagnosticException(BenchmarkDiagnostics.DataMalformed(e.LineNumber is { } line ? $"{path}({line + 1})" : path, e.Message), e);
        }
    }

    /// <summary>What a reader makes of JSON text.</summary>
    /// <exception cref="JsonException">The text is malformed in whatever way; the message says how.</exception>
    private static T Parse<T>(ReadOnlyMemory<byte> json, Func<JsonElement, T> read)
    {
        if (!Utf8.IsValid(json.Span))
            throw new JsonException("it is not UTF-8");
        if (json.Length > MostDigits)
            CheckNumbers(json.Span);
        try
        {
            using var document = JsonDocument.Parse(json, Options);
            return read(document.RootElement);
        }
        catch (InvalidOperationException e)
        {
            // Only text can be malformed after parsing: an escape that is half of a pair.
            throw new JsonException("a text holds half of a surrogate pair (\\ud800 to \\udfff)", e);
        }
        catch (Exception e) when (e is FormatException or OverflowException)
        {
            throw new JsonException(e.Message, e);
        }
    }

    /// <summary>Reading a number of millions of digits takes minutes.</summary>
    private static void CheckNumbers(ReadOnlySpan<byte> json)
    {
        var reader = new Utf8JsonReader(json, new JsonReaderOptions { MaxDepth = Options.MaxDepth });
        while (reader.Read())
        {
            if (reader.TokenType == JsonTokenType.Number && reader.ValueSpan.Length > MostDigits)
                throw new JsonException($"a number has {reader.ValueSpan.Length} digits, more than the {MostDigits} that Python reads");
        }
    }

    /// <summary>What a file holds, gzip undone and without a byte order mark; no line and no file is read beyond its bound.</summary>
    private static ReadOnlyMemory<byte> Bytes(string path)
    {
        using var file = new FileStream(RegularFile.Open(path), FileAccess.Read);
        using Stream stream = path.EndsWith(".gz", StringComparison.OrdinalIgnoreCase) ? new GZipStream(file, CompressionMode.Decompress) : file;
        var all = new MemoryStream();
        var buffer = new byte[1 << 16];
        var (number, line, read) = (1, 0, 0);
        while ((read = stream.Read(buffer)) > 0)
        {
            var piece = buffer.AsSpan(0, read);
            all.Write(piece);
            number += piece.Count((byte)'\n');
            line = piece.LastIndexOf((byte)'\n') is >= 0 and var end ? read - end - 1 : line + read;
            if (line > MostTextBytes)
                throw new DiagnosticException(BenchmarkDiagnostics.DataTooLarge($"{path}({number})", $"the line has more than {MostTextBytes} bytes"));
            if (all.Length > MostBytes)
                throw new DiagnosticException(BenchmarkDiagnostics.DataTooLarge(path, $"it has more than {MostBytes} bytes"));
        }
        var bytes = all.GetBuffer().AsMemory(0, (int)all.Length);
        return bytes.Span.StartsWith(Encoding.UTF8.Preamble) ? bytes[Encoding.UTF8.Preamble.Length..] : bytes;
    }

    /// <summary>The lines that are not blank, with their numbers from 1.</summary>
    private static IEnumerable<(int Number, ReadOnlyMemory<byte> Text)> Lines(ReadOnlyMemory<byte> text)
    {
        for (var number = 1; text.Length > 0; number++)
        {
            var end = text.Span.IndexOf((byte)'\n');
            var line = end < 0 ? text : text[..end];
            text = end < 0 ? default : text[(end + 1)..];
            if (line.Span.IndexOfAnyExcept(" \t\r"u8) >= 0)
                yield return (number, line);
        }
    }
}
