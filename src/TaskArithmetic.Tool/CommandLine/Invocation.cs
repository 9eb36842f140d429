using System.CommandLine;
using TaskArithmetic.Diagnostics;
using TaskArithmetic.Tool.Commands;
using TaskArithmetic.Tool.Terminal;

namespace TaskArithmetic.Tool.CommandLine;

/// <summary>One call of the tool: response files, parsing, then the verb; whatever happens ends in an exit code and, if asked for, one JSON value.</summary>
internal static class Invocation
{
    public static async Task<int> RunAsync(IReadOnlyList<string> arguments)
    {
        ParseResult parsed;
        IReadOnlyList<string> expanded = arguments;
        try
        {
            expanded = ResponseFileArguments.Expand(arguments);
            // Response files are read above: the library would open devices, and follow files that name themselves without end.
            parsed = Verbs.Create(MethodAssemblies.Load(expanded)).Parse(expanded, new ParserConfiguration { ResponseFileTokenReplacer = null });
            if (UsageErrors.Of(parsed) is { Count: > 0 } problems)
                return await Refuse(expanded, parsed.VerbName(), new DiagnosticException(problems));
        }
        catch (Exception e)
        {
            return await Refuse(expanded, "", e);
        }
        return await parsed.InvokeAsync(new InvocationConfiguration { EnableDefaultExceptionHandler = false });
    }

    /// <summary>A call that cannot be parsed is still asked whether it wants JSON, and in whose name it speaks.</summary>
    private static Task<int> Refuse(IReadOnlyList<string> arguments, string verb, Exception problem)
    {
        var named = arguments.TakeWhile(a => a != "--").ToList();
        var origin = named.IndexOf("--origin") is >= 0 and var at && at + 1 < named.Count ? named[at + 1] : ToolDiagnostics.Origin;
        return new ToolTerminal(verb, named.Contains("--json"), origin).RunAsync(int () => throw problem);
    }
}
