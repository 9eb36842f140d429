using System.CommandLine.Parsing;
using TaskArithmetic.Diagnostics;
using TaskArithmetic.Files;

namespace TaskArithmetic.Tool.CommandLine;

/// <summary>
/// <c>@FILE</c> in place of arguments: each line holds arguments as a shell would have them, <c>#</c> starts a comment line. What stands in
/// such a file is taken as it is; another <c>@FILE</c> in it is no file but a text.
/// </summary>
internal static class ResponseFileArguments
{
    /// <summary>Above what any project writes, and little enough to hold.</summary>
    private const long Largest = 4 << 20;

    /// <summary>The arguments with those of the files in their places.</summary>
    /// <exception cref="DiagnosticException">TA2029: every file that cannot be read.</exception>
    public static IReadOnlyList<string> Expand(IReadOnlyList<string> arguments)
    {
        var expanded = new List<string>();
        var problems = new List<Diagnostic>();
        var literal = false;
        foreach (var argument in arguments)
        {
            literal |= argument == "--";
            if (literal || argument.Length < 2 || argument[0] != '@')
                expanded.Add(argument);
            else
                expanded.AddRange(Read(argument[1..], problems));
        }
        return problems.Count == 0 ? expanded : throw new DiagnosticException(problems);
    }

    private static IEnumerable<string> Read(string path, List<Diagnostic> problems)
    {
        try
        {
            var text = RegularFile.ReadText(path, Largest);
            if (text.IndexOf('\0') is >= 0 and var at)
                throw new UnreadableFileException($"it holds a null character (character {at})");
            return [.. text.ReplaceLineEndings("\n").Split('\n').Select(l => l.Trim()).Where(l => !l.StartsWith('#')).SelectMany(CommandLineParser.SplitCommandLine)];
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException)
        {
            problems.Add(ToolDiagnostics.ResponseFileUnreadable(path, e.Message));
            return [];
        }
    }
}
