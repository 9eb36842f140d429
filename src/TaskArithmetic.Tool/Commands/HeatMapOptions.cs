using System.CommandLine;
using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using TaskArithmetic.Comparing;
using TaskArithmetic.Diagnostics;
using TaskArithmetic.Measuring;
using TaskArithmetic.Outputs;

namespace TaskArithmetic.Tool.Commands;

/// <summary>Where a heat map goes and what it shows.</summary>
internal sealed partial class HeatMapOptions
{
    private readonly Option<string?> file = new("--heatmap") { HelpName = "FILE.svg", Description = "Draw a number for every layer and kind of tensor." };

    private readonly Option<string?> number = new("--heatmap-of")
    {
        HelpName = "NAME",
        Description = "Which number (default: cosine, or change without --base); NAME:2 for the second vector, NAME:1-3 for a pair.",
    };

    public void AddTo(Command command)
    {
        command.Options.Add(file);
        command.Options.Add(number);
    }

    /// <summary>Holds the file against what is there, before anything is computed.</summary>
    /// <exception cref="DiagnosticException">TA2052: it would take the place of something else.</exception>
    public void Require(ParseResult parsed)
    {
        if (parsed.GetValue(file) is { } path)
            Place(path).Require();
    }

    /// <summary>Draws the map where one is asked for.</summary>
    /// <param name="parsed">The call.</param>
    /// <param name="report">What is known of vectors; null where there are none.</param>
    /// <param name="comparison">What is known of two checkpoints; null where they were not compared.</param>
    /// <param name="names">What the two checkpoints are called.</param>
    /// <returns>The file written, or null.</returns>
    /// <exception cref="DiagnosticException">TA2133–TA2135: the file, the number.</exception>
    public string? Draw(ParseResult parsed, InterferenceReport? report, IReadOnlyList<TensorComparison>? comparison = null, string names = "")
    {
        if (parsed.GetValue(file) is not { } path)
            return parsed.GetValue(number) is { } alone ? throw Refused(alone, "says what --heatmap FILE.svg draws, which is absent. Name the file.") : null;
        var name = parsed.GetValue(number) ?? (report is null ? "change" : report.Whole.Pairs.Count > 0 ? "cosine" : "norm");
        var map = report is null || (comparison is not null && ReportNumber.Find(NameOf(name)) is null)
            ? OfComparison(name, comparison, names)
            : OfReport(name, report);
        Write(path, (map ?? throw new DiagnosticException(CompareDiagnostics.NothingToDraw(name))).ToSvg());
        return path;
    }

    private static HeatMap? OfComparison(string name, IReadOnlyList<TensorComparison>? comparison, string names) =>
        comparison is not null && ComparisonHeatMap.Names.Contains(name)
            ? ComparisonHeatMap.Draw(name, names, comparison)
            : throw Refused(name, Unknown(name, ComparisonHeatMap.Names) + (ReportNumber.Find(NameOf(name)) is null ? "" : " That number is one of vectors: name the --base that they start from."));

    private static HeatMap? OfReport(string text, InterferenceReport report)
    {
        var match = NumberText().Match(text);
        if (!match.Success || ReportNumber.Find(match.Groups["name"].Value) is not { } number)
            throw Refused(text, Unknown(NameOf(text), [.. ReportNumber.All.Select(n => n.Name)]));
        var count = report.Vectors.Count;
        var (first, second) = (Index("first", 1), Index("second", number.OfPair is null || match.Groups["first"].Success ? 0 : 2));
        if (number.OfVector is not null)
            return second == 0 && first <= count ? number.Draw(report, first - 1) : throw Refused(text, $"is a number of one vector, and there are {count}. Write {number.Name}:1 and the like.");
        var pair = InterferenceSums.PairsOf(count).ToList().IndexOf((Math.Min(first, second) - 1, Math.Max(first, second) - 1));
        return pair >= 0 ? number.Draw(report, pair) : throw Refused(text, $"is a number of two vectors, and there are {count}. Write {number.Name}:1-2 and the like.");

        int Index(string group, int otherwise) =>
            int.TryParse(match.Groups[group].ValueSpan, NumberStyles.None, CultureInfo.InvariantCulture, out var index) && index > 0 ? index : otherwise;
    }

    private static string Unknown(string name, IReadOnlyList<string> known) =>
        $"is none of {string.Join(", ", known)}.{(NearestName.Find(name, known) is { } nearest ? $" Did you mean '{nearest}'?" : "")}";

    private static string NameOf(string text) => text.Split(':')[0];

    private static DiagnosticException Refused(string text, string reason) => new(CompareDiagnostics.NoSuchNumber(text, reason));

    private static DocumentFile Place(string path) => new(path, "a heat map", [".svg"], text => text.AsSpan(0, Math.Min(text.Length, 1000)).Contains("<svg", StringComparison.Ordinal));

    private static void Write(string path, string svg)
    {
        try
        {
            Place(path).Write(Encoding.UTF8.GetBytes(svg));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new DiagnosticException(CompareDiagnostics.NotWritten(path, e.Message), e);
        }
    }

    [GeneratedRegex("^(?<name>[a-z-]+)(:(?<first>[0-9]{1,4})(-(?<second>[0-9]{1,4}))?)?$", RegexOptions.CultureInvariant)]
    private static partial Regex NumberText();
}
