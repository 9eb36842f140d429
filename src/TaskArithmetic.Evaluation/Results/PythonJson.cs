using TaskArithmetic.Evaluation.Jinja;
using TaskArithmetic.Evaluation.Jinja.Python;
using TaskArithmetic.Evaluation.Jinja.Rendering;
using TaskArithmetic.Evaluation.Jinja.Values;

namespace TaskArithmetic.Evaluation.Results;

/// <summary>JSON as <c>json.dumps(value, indent=…, ensure_ascii=False)</c> writes it: hashes and result files depend on every byte.</summary>
internal static class PythonJson
{
    private static readonly JinjaOptions Unlimited = new()
    {
        Limits = new JinjaLimits { MaxSteps = long.MaxValue, MaxCharacters = long.MaxValue },
    };

    /// <summary>The value as JSON.</summary>
    /// <param name="value">A value of texts, numbers, lists and dictionaries.</param>
    /// <param name="indent">Spaces of one level; null writes one line.</param>
    public static string Write(JinjaValue value, int? indent = null) => JsonWriter.Write(
        new RenderContext(Unlimited, new Scope(null)), value,
        new JsonStyle(EnsureAscii: false, indent is { } width ? new string(' ', width) : null, indent is null ? ", " : ",", ": ", SortKeys: false));
}
