using TaskArithmetic.Diagnostics;
using TaskArithmetic.Evaluation.Benchmarks;
using TaskArithmetic.Evaluation.Prompts;
using TaskArithmetic.Text.Python;

namespace TaskArithmetic.Evaluation.Fewshot;

/// <summary>
/// Tells whether a shot shows a document its own answer: it is the document itself, or another row that asks the same question (with
/// the same choices, where there are any).
/// </summary>
internal sealed class OwnAnswer(BenchmarkTask task, DocumentTemplates templates, IReadOnlyList<PythonDictionary> pool)
{
    private readonly Dictionary<PythonDictionary, string?> asShot = new(ReferenceEqualityComparer.Instance);
    private bool? questionsDiffer;

    /// <summary>Whether a shot must not be shown to a document.</summary>
    public Func<PythonDictionary, bool> Of(PythonDictionary document)
    {
        var question = Question(document, null, null);
        return shot => Comparison.AreEqual(shot, document) || (question is not null && QuestionOfShot(shot) == question && QuestionsDiffer);
    }

    /// <summary>Where all rows ask the same (the question stands elsewhere, or is empty), questions tell nothing and only equal rows count.</summary>
    private bool QuestionsDiffer => questionsDiffer ??= pool.Select(QuestionOfShot).Distinct().Skip(1).Any();

    private string? QuestionOfShot(PythonDictionary shot)
    {
        if (!asShot.TryGetValue(shot, out var question))
            asShot.Add(shot, question = Question(shot, task.Fewshot.DocToText, task.Fewshot.DocToChoice));
        return question;
    }

    private string? Question(PythonDictionary row, PythonValue? text, PythonValue? choice)
    {
        try
        {
            string[] parts = [Text(templates.Text(row, text)), .. templates.Choices(row, choice)?.Select(Normalized) ?? []];
            return parts.All(p => p.Length == 0) ? null : string.Join('\0', parts);
        }
        catch (DiagnosticException)
        {
            // A row that cannot be rendered is reported when its prompt is written.
            return null;
        }
    }

    /// <summary>Where the choices are the questions, the text is the index of the right one and says nothing about the question.</summary>
    private static string Text(PythonValue text) => text is PythonInteger ? "" : Normalized(text.ToString());

    private static string Normalized(string text) => string.Join(' ', text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));
}
