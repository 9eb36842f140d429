using System.Globalization;
using System.Numerics;
using System.Text.Json;
using TaskArithmetic.Diagnostics;
using TaskArithmetic.Evaluation.Benchmarks;
using TaskArithmetic.Text.Python;

namespace TaskArithmetic.Evaluation.Running;

/// <summary>Reads <c>--gen-kwargs</c>: <c>NAME=VALUE,…</c> or a JSON object.</summary>
internal static class GenerationOverrides
{
    /// <summary>The options in order; numbers and true or false as such, all else as text.</summary>
    /// <param name="text">The text of the command line.</param>
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

    private static PythonValue Value(string text) => text switch
    {
        "true" or "True" => true,
        "false" or "False" => false,
        _ when BigInteger.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var whole) => new PythonInteger(whole),
        _ when double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) => number,
        _ => text,
    };
}
