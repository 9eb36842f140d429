using TaskArithmetic.Diagnostics;
using TaskArithmetic.Evaluation.Benchmarks;
using TaskArithmetic.Text.Python;

namespace TaskArithmetic.Evaluation.Data;

/// <summary>
/// The description and the three worked examples of a BBH subtask, from its file in <c>cot-prompts</c>: a canary line, a rule of
/// dashes, the description, then each example as <c>Q: …</c>, <c>A: Let's think step by step.</c> and the reasoning.
/// </summary>
internal static class BbhPrompts
{
    private const string Rule = "-----\n";
    private const string Question = "\n\nQ: ";
    private const string Lead = "\nA: Let's think step by step.";
    private const string Conclusion = "So the answer is ";

    /// <summary>The description, examples whose target is the reasoning, and examples whose target is the bare answer.</summary>
    /// <exception cref="DiagnosticException">The file is laid out otherwise.</exception>
    public static (string Description, IReadOnlyList<PythonDictionary> Reasoned, IReadOnlyList<PythonDictionary> Answered) Parse(string path, string text)
    {
        var rule = text.IndexOf(Rule, StringComparison.Ordinal);
        var parts = text[(rule < 0 ? 0 : rule + Rule.Length)..].Split(Question);
        if (rule < 0 || parts.Length < 2)
            throw Malformed(path);
        var reasoned = new List<PythonDictionary>();
        var answered = new List<PythonDictionary>();
        foreach (var part in parts[1..])
        {
            var lead = part.IndexOf(Lead, StringComparison.Ordinal);
            var conclusion = part.LastIndexOf(Conclusion, StringComparison.Ordinal);
            if (lead < 0 || conclusion < lead)
                throw Malformed(path);
            var question = part[..lead];
            // After "step by step." stands a line break, or a space in sports_understanding; lm-evaluation-harness has a line break in all.
            var reasoning = part[(lead + Lead.Length)..].TrimStart(' ', '\n').TrimEnd('\n');
            var answer = part[(conclusion + Conclusion.Length)..].TrimEnd('\n');
            reasoned.Add(Row(question, reasoning));
            answered.Add(Row(question, answer.EndsWith('.') ? answer[..^1] : answer));
        }
        return (parts[0], reasoned, answered);
    }

    private static PythonDictionary Row(string input, string target) =>
        new([KeyValuePair.Create<string, PythonValue>("input", input), KeyValuePair.Create<string, PythonValue>("target", target)]);

    private static DiagnosticException Malformed(string path) =>
        new(BenchmarkDiagnostics.DataMalformed(path, "it is not laid out as BBH's cot-prompts are (a rule of dashes, a description, then Q: and A: Let's think step by step.)"));
}
