using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;
using TaskArithmetic.Diagnostics;
using TaskArithmetic.Evaluation.Benchmarks;

namespace TaskArithmetic.Evaluation.Running;

/// <summary>
/// Answers of one engine, kept so that a stopped run goes on where it was and a second one costs nothing. A folder per engine
/// identity holds JSON Lines files, one for each run that added something; every answer is written as soon as it is there, and
/// a torn last line is ignored.
/// </summary>
internal sealed class RequestCache : IDisposable
{
    private static readonly JsonSerializerOptions Json = new()
    {
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals,
    };

    private readonly string folder;
    private readonly Lock gate = new();
    private readonly Dictionary<string, EngineAnswer> answers = new(StringComparer.Ordinal);
    private readonly List<Diagnostic> warnings;
    private FileStream? output;
    private bool broken;

    public RequestCache(string root, string engineIdentity, List<Diagnostic> warnings)
    {
        this.warnings = warnings;
        folder = Path.Combine(root, Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(engineIdentity)))[..32]);
        if (!Directory.Exists(folder))
            return;
        foreach (var file in Directory.EnumerateFiles(folder, "*.jsonl"))
            Read(file);
    }

    /// <summary>The answer to a request, or null if it is not known.</summary>
    public EngineAnswer? Find(string key) => answers.GetValueOrDefault(key);

    public void Add(string key, EngineAnswer answer)
    {
        var line = JsonSerializer.SerializeToUtf8Bytes(new Entry(key, answer), Json);
        lock (gate)
        {
            if (broken)
                return;
            try
            {
                if (output is null)
                {
                    Directory.CreateDirectory(folder);
                    output = new FileStream(Path.Combine(folder, $"{Guid.NewGuid():N}.jsonl"), FileMode.CreateNew, FileAccess.Write, FileShare.Read);
                }
                output.Write(line);
                output.WriteByte((byte)'\n');
                output.Flush();
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                broken = true;
                warnings.Add(BenchmarkDiagnostics.CacheUnwritable(folder, e.Message));
            }
        }
    }

    public void Dispose() => output?.Dispose();

    private void Read(string file)
    {
        using var reader = new StreamReader(new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite));
        while (reader.ReadLine() is { } line)
        {
            try
            {
                if (JsonSerializer.Deserialize<Entry>(line, Json) is { Key: not null, Answer: { } answer } entry)
                    answers[entry.Key] = answer;
            }
            catch (JsonException)
            {
                // A process that was killed leaves half a line; its request is made again.
            }
        }
    }

    private sealed record Entry(string Key, EngineAnswer Answer);
}
