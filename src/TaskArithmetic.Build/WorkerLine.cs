using System.Text.RegularExpressions;
using Microsoft.Build.Framework;
using Microsoft.Build.Utilities;

namespace TaskArithmetic.Build;

/// <summary>A line of a worker that a later build must be able to say again: a finding, or a verdict.</summary>
internal sealed class WorkerLine
{
    private static readonly Regex Canonical = new("^.*? ?: (?<category>error|warning) (?<code>TA[0-9]{4}): (?<text>.*)$", RegexOptions.CultureInvariant);
    private static readonly Regex VerdictWord = new(@"\b(PASS|FAIL|INCONCLUSIVE)\b", RegexOptions.CultureInvariant);

    private WorkerLine(string category, string code, string text)
    {
        Category = category;
        Code = code;
        Text = text;
    }

    /// <summary><c>error</c>, <c>warning</c> or <c>verdict</c>.</summary>
    public string Category { get; }

    public string Code { get; }

    public string Text { get; }

    /// <summary>Reads a line in the canonical form of the tool, whatever origin it names; null for any other.</summary>
    public static WorkerLine? Finding(string line) =>
        Canonical.Match(line) is { Success: true } match ? new(match.Groups["category"].Value, match.Groups["code"].Value, match.Groups["text"].Value) : null;

    /// <summary>Reads a line of a gate's verdict; null for any other.</summary>
    public static WorkerLine? Verdict(string line) => VerdictWord.IsMatch(line) ? new("verdict", "", line) : null;

    /// <summary>The line with another text.</summary>
    public WorkerLine With(string text) => new(Category, Code, text);

    public static WorkerLine FromRecord(string record)
    {
        var parts = record.Split(['\t'], 3);
        return parts.Length == 3 ? new(parts[0], parts[1], parts[2]) : new("verdict", "", record);
    }

    public string ToRecord() => $"{Category}\t{Code}\t{Text}";

    public void Say(TaskLoggingHelper log, ItemPlace place)
    {
        switch (Category)
        {
            case "error":
                log.LogError(null, Code, null, null, place.File, place.Line, place.Column, 0, 0, Text);
                break;
            case "warning":
                log.LogWarning(null, Code, null, null, place.File, place.Line, place.Column, 0, 0, Text);
                break;
            default:
                log.LogMessage(MessageImportance.High, Text);
                break;
        }
    }
}
