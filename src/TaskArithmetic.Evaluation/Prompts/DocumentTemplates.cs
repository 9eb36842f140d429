using System.Numerics;
using TaskArithmetic.Diagnostics;
using TaskArithmetic.Evaluation.Benchmarks;
using TaskArithmetic.Text.Python;

namespace TaskArithmetic.Evaluation.Prompts;

/// <summary>
/// Turns a document into the texts of a task by its templates. A text that equals a column's name means that column; what a
/// template renders as digits is an index where the task has choices.
/// </summary>
internal sealed class DocumentTemplates(BenchmarkTask task, IReadOnlySet<string> columns, IReadOnlyDictionary<string, PythonValue> variables)
{
    private const int MostDigits = 1000;

    private readonly TemplateSet templates = new(task.Name, variables);

    /// <summary>The question: text, or the index of the right choice where the choices are the questions.</summary>
    public PythonValue Text(PythonDictionary document, PythonValue? setting = null) => Value(document, setting ?? task.DocToText, Indexed);

    /// <summary>The reference: text, an index, a list of either, or whatever the column holds.</summary>
    public PythonValue Target(PythonDictionary document, PythonValue? setting = null) =>
        Value(document, setting ?? task.DocToTarget, text => text is ['[', .., ']'] ? PythonLiteral.Parse(text) ?? text : Indexed(text));

    /// <summary>The choices, or null if the task has none.</summary>
    /// <exception cref="DiagnosticException">TA4033: they are no list of texts.</exception>
    public IReadOnlyList<string>? Choices(PythonDictionary document, PythonValue? setting = null)
    {
        setting ??= task.DocToChoice;
        var value = setting is PythonString { Value: var template }
            ? Column(document, template) ?? PythonLiteral.Parse(templates.Render(template, document))
            : setting;
        return value switch
        {
            null when setting is null => null,
            PythonSequence list => [.. list.Items.Select(i => i.ToString())],
            _ => throw new DiagnosticException(BenchmarkDiagnostics.WrongTemplate(task.Name, "doc_to_choice", "a list of texts")),
        };
    }

    /// <summary>A description or answer prefix: a column of this document, else a template.</summary>
    public string? Field(PythonDictionary document, string? field) =>
        string.IsNullOrEmpty(field) ? null
        : document.Find(field) is { } column ? column.ToString()
        : templates.Render(field, document);

    /// <summary>What a setting gives for a document: a column, what is read from the rendered template, or itself where it is no text.</summary>
    private PythonValue Value(PythonDictionary document, PythonValue setting, Func<string, PythonValue> read) =>
        setting is PythonString { Value: var template } ? Column(document, template) ?? read(templates.Render(template, document)) : setting;

    private PythonValue? Column(PythonDictionary document, string name)
    {
        if (!columns.Contains(name))
            return null;
        return document.Find(name) ?? throw new DiagnosticException(BenchmarkDiagnostics.ColumnMissing(task.Name, name));
    }

    /// <summary>Digits are an index if the task has choices; with a leading zero they stay text.</summary>
    private PythonValue Indexed(string text) =>
        task.DocToChoice is not null && text.Length is > 0 and <= MostDigits && text.All(char.IsAsciiDigit) && (text[0] != '0' || text.Trim('0').Length == 0)
            ? new PythonInteger(BigInteger.Parse(text, System.Globalization.CultureInfo.InvariantCulture))
            : text;
}
