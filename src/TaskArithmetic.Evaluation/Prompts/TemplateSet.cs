using System.Text.RegularExpressions;
using TaskArithmetic.Diagnostics;
using TaskArithmetic.Evaluation.Benchmarks;
using TaskArithmetic.Text.Jinja;
using TaskArithmetic.Text.Python;
using TaskArithmetic.Text.RegularExpressions;

namespace TaskArithmetic.Evaluation.Prompts;

/// <summary>
/// The templates of one task, each parsed once, in lm-evaluation-harness's environment: undefined names are errors, a trailing
/// line break stays, and there is one more filter, <c>regex_replace(pattern, repl, count)</c>.
/// </summary>
internal sealed class TemplateSet(string task, IReadOnlyDictionary<string, PythonValue> variables)
{
    private static readonly JinjaOptions Options = new()
    {
        KeepTrailingNewline = true,
        StrictUndefined = true,
        Filters = new Dictionary<string, Func<PythonArguments, PythonValue>> { ["regex_replace"] = RegexReplace },
    };

    private readonly Dictionary<string, JinjaTemplate> parsed = new(StringComparer.Ordinal);

    /// <summary>Renders a template with a document's columns; the data set's own variables stand behind them.</summary>
    /// <exception cref="DiagnosticException">TA4031: the template is faulty or does not fit the document.</exception>
    public string Render(string template, PythonDictionary document)
    {
        try
        {
            if (!parsed.TryGetValue(template, out var ready))
                parsed.Add(template, ready = JinjaTemplate.Parse(template, Options, task));
            return ready.Render(variables.Concat(document.Entries.Select(e => KeyValuePair.Create(e.Key.ToString(), e.Value))));
        }
        catch (JinjaException e)
        {
            throw new DiagnosticException(BenchmarkDiagnostics.TemplateFailed(task, template, $"{e.ErrorType}: {e.Reason}"), e);
        }
    }

    private static PythonValue RegexReplace(PythonArguments arguments)
    {
        string Text(int position, string name) =>
            arguments.Find(position, name) is PythonString text ? text.Value : throw PythonError.Type($"regex_replace needs text for '{name}'");
        var count = arguments.Find(3, "count") is PythonInteger { Value: var n } && n > 0 && n < int.MaxValue ? (int)n : -1;
        try
        {
            return new PythonRegex(Text(1, "pattern")).Replace(Text(0, "string"), Text(2, "repl"), count);
        }
        catch (Exception e) when (e is ArgumentException or RegexMatchTimeoutException)
        {
            throw new PythonError("error", e.Message);
        }
    }
}
