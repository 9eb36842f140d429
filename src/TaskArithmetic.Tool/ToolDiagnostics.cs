using TaskArithmetic.Diagnostics;

namespace TaskArithmetic.Tool;

/// <summary>The coded errors of the command line itself.</summary>
internal static class ToolDiagnostics
{
    /// <summary>What messages name when no project stands behind the call.</summary>
    public const string Origin = "taskarithmetic";

    /// <summary>Set to anything, it shows where an unexpected fault arose.</summary>
    public const string TraceVariable = "TASKARITHMETIC_TRACE";

    /// <param name="verb">The verb, as <c>cache prune</c>; empty before one is known.</param>
    /// <param name="message">What is wrong.</param>
    /// <param name="item">The option or argument it is about.</param>
    public static Diagnostic Usage(string verb, string message, string? item = null) => Diagnostic.Error(
        "TA2023", $"{Sentence(message)} Run '{$"dotnet taskarithmetic {verb}".Trim()} --help' for the options.").At(item: item);

    public static Diagnostic UnknownVerb(string group, string name, string? nearest, IEnumerable<string> known) => Diagnostic.Error(
        "TA2023", $"there is no verb '{Printable.Start($"{group} {name}".Trim())}'. {(nearest is null ? $"The verbs are {string.Join(", ", known)}." : $"Did you mean '{$"{group} {nearest}".Trim()}'?")} Run 'dotnet taskarithmetic --help' for what each does.").At(item: name);

    /// <summary>An option of the verb can only be unknown where it was taken for the value of the one before it.</summary>
    public static Diagnostic UnknownOption(string verb, string name, string? nearest) => nearest == name ? Usage(verb, $"'{name}' stands where the option before it needs a value", name) : Usage(
        verb, $"{(verb.Length == 0 ? "there is no option" : $"'{verb}' has no option")} '{Printable.Start(name)}'{(nearest is null ? "" : $". Did you mean '{nearest}'?")}", name);

    public static Diagnostic BadBenchmark(string text, string reason) => Diagnostic.Error(
        "TA2024", $"benchmark '{Printable.Start(text)}': {Sentence(reason)} Write NAME|FILE[,limit=N][,num-fewshot=N][,min-score=X][,max-regression=PP][,require-improvement=true][,metric=NAME].").At(item: text);

    public static Diagnostic UnknownEngine(string engine) => Diagnostic.Error(
        "TA2025", $"engine '{engine}' is neither 'torch' nor the http(s) address of an OpenAI-compatible server.").At(item: engine);

    public static Diagnostic ResponseFileUnreadable(string path, string reason) => Diagnostic.Error(
        "TA2029", $"{path}: the response file cannot be read: {reason.TrimEnd('.')}. Name a text file with arguments after '@'.").At(file: path);

    public static Diagnostic MethodsUnreadable(string path, string reason) => Diagnostic.Error(
        "TA2047", $"{path}: no merge method can be loaded from it: {reason.TrimEnd('.')}. Name an assembly for .NET 10 with a public class that implements IMergeMethod and has a constructor without parameters.").At(file: path);

    public static Diagnostic MethodTwice(string path, string name, string reason) => Diagnostic.Error(
        "TA2048", $"{path}: the merge method '{Printable.Start(name)}' cannot be added: {reason}. Rename it.").At(file: path, item: name);

    public static DiagnosticException SeveralMerges(string verb, int count) => new(Diagnostic.Error(
        "TA2049", $"the file describes {count} merges, of which later ones use the results of earlier ones, and {verb} makes none. Merge it, or give each merge a file of its own."));

    public static Diagnostic MethodFailed(string path, Exception cause) => Diagnostic.Error(
        "TA2053", $"{path}: a merge method of it failed ({cause.GetType().Name}: {cause.Message.ReplaceLineEndings(" ").TrimEnd('.')}). Nothing half-written is visible. Ask whoever wrote the method; {TraceVariable}=1 shows where it arose.").At(file: path);

    public static Diagnostic Internal(Exception cause) => Diagnostic.Error(
        "TA0030", $"internal error: {cause.GetType().Name}: {cause.Message.TrimEnd('.')}. Nothing half-written is visible. Set {TraceVariable}=1 to see where it arose, and please report it.", DiagnosticKind.Environment);

    /// <summary>The text with an end: its own question mark, or a point.</summary>
    private static string Sentence(string text) => text.EndsWith('?') ? text : text.TrimEnd('.') + ".";

    public static Diagnostic GateWithoutBaseline(string benchmark) => Diagnostic.Error(
        "TA2024", $"benchmark '{benchmark}': max-regression and require-improvement compare with a baseline. Name one with --baseline.").At(item: benchmark);
}
