using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Invocation;
using System.Text.RegularExpressions;

namespace TaskArithmetic.Tool.Commands;

/// <summary>A command whose help ends with calls that work.</summary>
internal sealed class Verb : Command
{
    public Verb(string name, string description)
        : base(name, description) => TreatUnmatchedTokensAsErrors = false;

    /// <summary>What may follow <c>dotnet taskarithmetic</c>.</summary>
    public required IReadOnlyList<string> Examples { get; init; }
}

/// <summary>The library's help under the name that the tool is called by, and the examples of the verb below it.</summary>
internal sealed partial class HelpWithExamples(HelpAction help, IReadOnlyList<string> rootExamples) : SynchronousCommandLineAction
{
    private const string Name = "dotnet taskarithmetic";

    /// <summary>As wide as terminals usually are, also where the help goes to a file.</summary>
    private const int Width = 80;

    public override bool ClearsParseErrors => true;

    public override int Invoke(ParseResult parseResult)
    {
        var configuration = parseResult.InvocationConfiguration;
        var (output, text) = (configuration.Output, new StringWriter());
        var command = parseResult.CommandResult.Command;
        // Else the library says that further arguments go to some other program.
        command.TreatUnmatchedTokensAsErrors = true;
        help.MaxWidth = Console.IsOutputRedirected ? Width : Math.Max(Width, Console.WindowWidth);
        configuration.Output = text;
        var exitCode = help.Invoke(parseResult);
        configuration.Output = output;
        output.Write(ProgramName().Replace(text.ToString(), Name));
        output.WriteLine("Examples:");
        foreach (var example in command is Verb verb ? verb.Examples : rootExamples)
            output.WriteLine($"  {Name} {example}");
        return exitCode;
    }

    [GeneratedRegex(@"(?<=Usage:\s+)\S+", RegexOptions.CultureInvariant)]
    private static partial Regex ProgramName();
}
