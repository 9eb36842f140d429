using System.Text.Json;
using System.Text.RegularExpressions;

namespace TaskArithmetic.Tool.Tests;

/// <summary>What the tool answered.</summary>
internal sealed partial record ToolResult(int ExitCode, string Output, string Error)
{
    /// <summary>Standard output as the one JSON value it must be.</summary>
    public JsonElement Json => JsonDocument.Parse(Output).RootElement;

    /// <summary>The codes on standard error, in order; every line there must be a finding in canonical form.</summary>
    public IReadOnlyList<string> Codes => [.. Error.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line =>
        Canonical().Match(line) is { Success: true } match ? match.Groups["code"].Value : throw new InvalidDataException($"No canonical finding: {line}"))];

    public override string ToString() => $"exit code {ExitCode}\n{Output}\n{Error}";

    [GeneratedRegex(@"^taskarithmetic: (error|warning) (?<code>TA\d{4}): \S.*[.?]\s*$", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture)]
    private static partial Regex Canonical();
}
