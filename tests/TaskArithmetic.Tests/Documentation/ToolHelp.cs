using System.Diagnostics;
using System.Text.RegularExpressions;

namespace TaskArithmetic.Tests.Documentation;

/// <summary>What the tool says of itself: the options of each verb, nested verbs as <c>cache prune</c>.</summary>
internal static partial class ToolHelp
{
    public static SortedDictionary<string, IReadOnlySet<string>> Read()
    {
        var verbs = new SortedDictionary<string, IReadOnlySet<string>>(StringComparer.Ordinal);
        Read("", verbs);
        return verbs;
    }

    private static void Read(string verb, SortedDictionary<string, IReadOnlySet<string>> verbs)
    {
        var help = Run([.. verb.Split(' ', StringSplitOptions.RemoveEmptyEntries), "--help"]);
        verbs[verb] = Option().Matches(help).Select(m => m.Value).ToHashSet(StringComparer.Ordinal);
        var commands = help.IndexOf("Commands:", StringComparison.Ordinal);
        if (commands < 0)
            return;
        foreach (Match match in Command().Matches(help[commands..].Split("\n\n")[0]))
            Read($"{verb} {match.Groups[1].Value}".Trim(), verbs);
    }

    private static string Run(IReadOnlyList<string> arguments)
    {
        // artifacts/bin/PROJECT/CONFIGURATION: the tool was built beside this project, in the same configuration.
        var own = new DirectoryInfo(AppContext.BaseDirectory);
        const string name = "TaskArithmetic.Tool";
        var path = Path.Combine(own.Parent!.Parent!.FullName, name, own.Name, name + ".dll");
        using var process = Process.Start(new ProcessStartInfo("dotnet", [path, .. arguments]) { RedirectStandardOutput = true })!;
        var text = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return process.ExitCode == 0 ? text : throw new InvalidOperationException($"{path} {string.Join(' ', arguments)} ended with exit code {process.ExitCode}.");
    }

    [GeneratedRegex(@"--[a-z][a-z-]*")]
    private static partial Regex Option();

    [GeneratedRegex(@"^  ([a-z]+)", RegexOptions.Multiline)]
    private static partial Regex Command();
}
