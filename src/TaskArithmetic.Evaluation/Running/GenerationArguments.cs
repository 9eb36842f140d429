using System.Globalization;
using System.Numerics;
using System.Text.Json;
using TaskArithmetic.Diagnostics;
using TaskArithmetic.Evaluation.Benchmarks;
using TaskArithmetic.Evaluation.Engines;
using TaskArithmetic.Text.Python;

namespace TaskArithmetic.Evaluation.Running;

/// <summary>The <c>generation_kwargs</c> of a task with the run's changes (<c>--gen-kwargs</c>), and what they mean to an engine.</summary>
internal static class GenerationArguments
{
    private const int DefaultMaxTokens = 256;

    /// <summary>Names of the length limit, in the order in which they are looked for.</summary>
    private static readonly string[] LimitNames = ["max_gen_toks", "max_new_tokens", "max_tokens", "max_completion_tokens"];

    /// <summary>Reads <c>--gen-kwargs</c>, <c>NAME=VALUE,…</c> or a JSON object, in order; numbers and true or false as such, all else as text.</summary>
    /// <exception cref="DiagnosticException">TA4039: a part is no pair.</exception>
    public static PythonDictionary Parse(string text)
    {
        if (text.TrimStart().StartsWith('{'))
        {
            try
            {
                using var document = JsonDocument.Parse(text);
                return (PythonDictionary)PythonValue.FromJson(document.RootElement);
            }
            catch (JsonException e)
            {
                throw new DiagnosticException(BenchmarkDiagnostics.GenerationPair(text), e);
            }
        }
        var parts = text.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        var wrong = parts.Where(p => p.IndexOf('=', StringComparison.Ordinal) < 1).Select(BenchmarkDiagnostics.GenerationPair).ToArray();
        if (wrong.Length > 0)
            throw new DiagnosticException(wrong);
        return new PythonDictionary(parts.Select(p => p.Split('=', 2, StringSplitOptions.TrimEntries)).Select(p => KeyValuePair.Create(p[0], Value(p[1]))));
    }

    /// <summary>The options as they stand in results: the task's, defaults where it has none, then the run's.</summary>
    public static PythonDictionary Merge(BenchmarkTask task, PythonDictionary overrides)
    {
        var until = Pair("until", new PythonList([task.FewshotDelimiter]));
        return new PythonDictionary(
        [
            .. task.GenerationKwargs?.Entries.Select(e => e.Key.ToString() == "temperature" && e.Value is PythonInteger { Value: var t } ? KeyValuePair.Create(e.Key, (PythonValue)(double)t) : e)
                ?? [until, Pair("do_sample", false), Pair("temperature", 0.0)],
            .. task.GenerationKwargs?.Find("until") is null ? [until] : Array.Empty<KeyValuePair<PythonValue, PythonValue>>(),
            .. overrides.Entries,
        ]);

        static KeyValuePair<PythonValue, PythonValue> Pair(string name, PythonValue value) => KeyValuePair.Create<PythonValue, PythonValue>(name, value);
    }

    /// <summary>Whether the options name a length limit.</summary>
    public static bool NamesLimit(PythonDictionary kwargs) => LimitNames.Any(n => kwargs.Find(n) is not null and not PythonNone);

    /// <summary>What an engine is asked; what it cannot be asked is reported.</summary>
    public static GenerationOptions Read(string task, PythonDictionary kwargs, long seed, List<Diagnostic> problems)
    {
        foreach (var (key, value) in kwargs.Entries)
            Check(task, key.ToString(), value, problems);
        var limit = LimitNames.Select(kwargs.Find).FirstOrDefault(v => v is not null and not PythonNone);
        var temperature = Number(kwargs.Find("temperature"));
        var samples = kwargs.Find("do_sample")?.IsTrue ?? temperature > 0;
        return new GenerationOptions
        {
            Until = kwargs.Find("until") switch
            {
                PythonString one => [one.Value],
                PythonList list => [.. list.Items.Select(i => i.ToString())],
                _ => [],
            },
            MaxTokens = (int)(Number(limit) ?? DefaultMaxTokens),
            Temperature = samples ? temperature ?? 1 : 0,
            TopP = Number(kwargs.Find("top_p")) ?? 1,
            RepetitionPenalty = Number(kwargs.Find("repetition_penalty")) ?? 1,
            Seed = seed,
        };
    }

    private static void Check(string task, string name, PythonValue value, List<Diagnostic> problems)
    {
        var expected = name switch
        {
            "until" => value is PythonString or PythonNone || (value is PythonList list && list.Items.All(i => i is PythonString)) ? null : "must be text or a list of texts",
            "do_sample" => value is PythonBoolean or PythonNone ? null : "must be true or false",
            "temperature" => value is PythonNone || Number(value) is >= 0 and < double.PositiveInfinity ? null : "must be a number of 0 or more",
            "top_p" => value is PythonNone || Number(value) is > 0 and <= 1 ? null : "must be above 0 and at most 1",
            "repetition_penalty" => value is PythonNone || Number(value) is > 0 and < double.PositiveInfinity ? null : "must be above 0",
            "think_end_token" => value is PythonString or PythonNone ? null : "must be the text that ends reasoning",
            "num_beams" or "num_return_sequences" => Number(value) == 1 ? null : "must be 1: beams and several sequences are not supported (use repeats)",
            _ when LimitNames.Contains(name) => value is PythonNone || (value is PythonInteger { Value: var n } && n > 0 && n < int.MaxValue) ? null : "must be a whole number above 0",
            _ => "is not known; usable are until, max_gen_toks, do_sample, temperature, top_p, repetition_penalty and think_end_token",
        };
        if (expected is not null)
            problems.Add(BenchmarkDiagnostics.GenerationOption(task, name, expected));
    }

    private static double? Number(PythonValue? value) => value switch
    {
        PythonInteger whole => (double)whole.Value,
        PythonFloat number => number.Value,
        _ => null,
    };

    private static PythonValue Value(string text) => text switch
    {
        "true" or "True" => true,
        "false" or "False" => false,
        _ when BigInteger.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var whole) => new PythonInteger(whole),
        _ when double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) => number,
        _ => text,
    };
}
