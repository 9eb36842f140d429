using System.CommandLine;
using System.CommandLine.Parsing;
using System.Text.RegularExpressions;
using TaskArithmetic.Diagnostics;
using TaskArithmetic.Tool.Commands;

namespace TaskArithmetic.Tool.CommandLine;

/// <summary>What is wrong with a call, in the tool's own words and with the name that was probably meant.</summary>
internal static partial class UsageErrors
{
    /// <summary>Options whose value is a text and may be none.</summary>
    private static readonly string[] MayBeEmpty = ["--system-instruction", "--think-end-token", "--gen-kwargs"];

    /// <summary>All problems of a call; none where it asks for help.</summary>
    public static IReadOnlyList<Diagnostic> Of(ParseResult parsed)
    {
        if (parsed.Action?.ClearsParseErrors == true)
            return [];
        var command = parsed.CommandResult.Command;
        var verb = parsed.VerbName();
        if (command.Subcommands.Count > 0)
            return [.. UnknownVerb(parsed, command, verb)];
        var unknown = UnknownOptions(parsed).Distinct(StringComparer.Ordinal).Select(name => (Name: name, Nearest: Nearest(name, command))).ToList();
        var problems = unknown.Select(u => ToolDiagnostics.UnknownOption(verb, u.Name, u.Nearest)).ToList();
        if (unknown.Count == 0)
            problems.AddRange(parsed.UnmatchedTokens.Select(t => TooMany(parsed, verb, t)));
        problems.AddRange(parsed.Errors
            .Where(e => !unknown.Any(u => u.Nearest is not null && e.Message.Contains($"'{u.Nearest}'", StringComparison.Ordinal)))
            .Select(e => ToolDiagnostics.Usage(verb, Reword(e), NameOf(e.SymbolResult))));
        problems.AddRange(Impossible(parsed).Select(i => ToolDiagnostics.Usage(verb, i.Problem, i.Name)));
        return [.. problems.DistinctBy(p => p.Message)];
    }

    private static IEnumerable<Diagnostic> UnknownVerb(ParseResult parsed, Command command, string verb)
    {
        // What follows a verb that does not exist means nothing.
        if (parsed.UnmatchedTokens.FirstOrDefault(t => !t.StartsWith('-')) is { } name)
            yield return ToolDiagnostics.UnknownVerb(verb, name, NearestName.Find(name, command.Subcommands.Select(c => c.Name)), command.Subcommands.Select(c => c.Name));
        else if (parsed.UnmatchedTokens.FirstOrDefault(t => t != "--json") is { } option)
            yield return ToolDiagnostics.UnknownOption(verb, option, Nearest(option, command));
        else if (parsed.UnmatchedTokens.Count > 0)
            yield return ToolDiagnostics.Usage(verb, "no verb is given", null);
        foreach (var error in parsed.Errors)
            yield return ToolDiagnostics.Usage(verb, Reword(error), NameOf(error.SymbolResult));
    }

    /// <summary>
    /// Words with dashes that are no option of the verb. The library takes them for arguments, or for the value of the option before, where one
    /// may stand; a value that really starts so can be written as <c>./--name</c>.
    /// </summary>
    private static IEnumerable<string> UnknownOptions(ParseResult parsed) =>
        parsed.CommandResult.Children.SelectMany(c => c.Tokens).Select(t => t.Value).Where(LooksLikeOption)
            .Concat(parsed.UnmatchedTokens.Where(LooksLikeOption))
            .Select(t => t.Split('=')[0]);

    /// <summary>Values that name nothing: a path or a name cannot be empty, and no system's paths hold null characters.</summary>
    private static IEnumerable<(string Name, string Problem)> Impossible(ParseResult parsed)
    {
        foreach (var child in parsed.CommandResult.Children)
        {
            var name = NameOf(child) ?? "";
            if (child.Tokens.Any(t => string.IsNullOrWhiteSpace(t.Value)) && !MayBeEmpty.Contains(name))
                yield return (name, $"the value of {name} is empty");
            if (child.Tokens.Any(t => t.Value.Contains('\0')))
                yield return (name, $"the value of {name} holds a null character");
        }
    }

    /// <summary>A word with no place; behind a switch it was probably meant as its value, which the library leaves alone unless it is true or false.</summary>
    private static Diagnostic TooMany(ParseResult parsed, string verb, string token)
    {
        var before = parsed.Tokens.TakeWhile(t => t.Value != token || t.Type != TokenType.Argument).LastOrDefault();
        var option = before?.Type == TokenType.Option ? parsed.CommandResult.Command.Options.FirstOrDefault(o => o.Name == before.Value) : null;
        return option is not null && Kind(option.ValueType) is var kind && kind == Kind(typeof(bool))
            ? ToolDiagnostics.Usage(verb, $"{option.Name} must be {kind}, not '{Printable.Start(token)}'", option.Name)
            : ToolDiagnostics.Usage(verb, $"'{Printable.Start(token)}' is one argument too many", token);
    }

    private static bool LooksLikeOption(string token) => token.Length > 2 && token.StartsWith("--", StringComparison.Ordinal) && char.IsLetter(token[2])
        || token.Length == 2 && token[0] == '-' && char.IsLetter(token[1]);

    private static string? Nearest(string option, Command command) =>
        NearestName.Find(option, command.Options.Where(o => !o.Hidden).Select(o => o.Name).Append("--help"));

    private static string? NameOf(SymbolResult? result) => result switch
    {
        OptionResult option => option.Option.Name,
        ArgumentResult argument => argument.Argument.Name,
        _ => null,
    };

    /// <summary>The library names types of the runtime where a value cannot be converted.</summary>
    private static string Reword(ParseError error)
    {
        if (error.SymbolResult is OptionResult option && error.Message.StartsWith("Cannot parse argument", StringComparison.Ordinal))
            return $"{option.Option.Name} must be {Kind(option.Option.ValueType)}, not '{Printable.Start(string.Join(' ', option.Tokens.Select(t => t.Value)))}'";
        if (error.SymbolResult is ArgumentResult { Tokens.Count: 0 } argument)
            return $"the argument <{argument.Argument.Name}> is missing";
        if (Required().Match(error.Message) is { Success: true } match)
            return $"{match.Groups[1].Value} is missing";
        return error.SymbolResult is OptionResult { Tokens.Count: 0 } empty ? $"{empty.Option.Name} needs a value" : error.Message;
    }

    [GeneratedRegex("^Option '(.+)' is required", RegexOptions.CultureInvariant)]
    private static partial Regex Required();

    private static string Kind(Type type) => (Nullable.GetUnderlyingType(type) ?? type) switch
    {
        var t when t == typeof(bool) => "true or false",
        var t when t == typeof(int) || t == typeof(long) => "a whole number",
        var t when t == typeof(double) => "a number",
        _ => "another value",
    };
}
