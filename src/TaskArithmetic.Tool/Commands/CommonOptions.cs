using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;
using TaskArithmetic.Caching;
using TaskArithmetic.Diagnostics;
using TaskArithmetic.Recipes;
using TaskArithmetic.Safetensors;
using TaskArithmetic.Tool.Terminal;

namespace TaskArithmetic.Tool.Commands;

/// <summary>Options that several commands share, defined once.</summary>
internal static class CommonOptions
{
    public static Option<bool> Json() => new("--json") { Description = "Print one JSON value for machines instead of text." };

    /// <summary>Builds name their project file here, so that findings point at it.</summary>
    public static Option<string> Origin() => new("--origin") { Description = "File that findings name.", Hidden = true, DefaultValueFactory = _ => ToolDiagnostics.Origin };

    public static Option<int> Threads() => WholeNumber("--threads", "Worker threads; the result does not depend on them.", Environment.ProcessorCount);

    /// <summary>A whole number from 1.</summary>
    public static Option<int> WholeNumber(string name, string description, int otherwise) => new(name)
    {
        Description = description,
        HelpName = "N",
        DefaultValueFactory = _ => otherwise,
        CustomParser = result =>
        {
            var text = result.Tokens[0].Value;
            if (int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number >= 1)
                return number;
            result.AddError($"{name} must be a whole number from 1, not '{Printable.Start(text)}'");
            return otherwise;
        },
    };

    /// <summary>A number with a point, never a thousands separator, whatever the machine's language.</summary>
    public static Option<double?> Number(string name, string description) => new(name)
    {
        Description = description,
        HelpName = "X",
        CustomParser = result =>
        {
            var text = result.Tokens[0].Value;
            if (double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) && double.IsFinite(number))
                return number;
            result.AddError($"{name} must be a number such as 0.7, not '{Printable.Start(text)}'");
            return null;
        },
    };

    /// <summary>A day, as 2026-01-31.</summary>
    public static Option<DateOnly?> Date(string name, string description) => new(name)
    {
        Description = description,
        HelpName = "DATE",
        CustomParser = result =>
        {
            var text = result.Tokens[0].Value;
            if (DateOnly.TryParseExact(text, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var date))
                return date;
            result.AddError($"{name} must be a day such as 2026-01-31, not '{Printable.Start(text)}'");
            return null;
        },
    };

    /// <summary>Null where the user has no home: work that can do without a cache does.</summary>
    public static Option<string?> CacheDirectory() => new("--cache-dir")
    {
        HelpName = "DIR",
        Description = "Cache folder; TASKARITHMETIC_CACHE names it too.",
        DefaultValueFactory = _ => CacheFolder.Default,
    };

    public static Option<bool> NoCache() => new("--no-cache") { Description = "Neither take the result from the cache nor put it there." };

    public static Option<bool> AllowNonFinite() => new("--allow-non-finite") { Description = "Let NaN and infinities through." };

    /// <summary>The option that names an assembly with merge methods.</summary>
    public const string MethodAssemblyName = "--method-assembly";

    /// <summary>Its value is read before the call is parsed, since the options of a method are known only once it is loaded.</summary>
    public static Option<string[]> MethodAssembly() => new(MethodAssemblyName)
    {
        HelpName = "FILE",
        Description = "Assembly with further merge methods; repeatable. Its code runs as your own.",
        Arity = ArgumentArity.OneOrMore,
    };

    public static Option<long?> MaxShardSize() => Size("--max-shard-size", "Most bytes of tensors in one output file (default: 5GB).");

    /// <summary>A number of bytes, as <c>250MB</c>.</summary>
    public static Option<long?> Size(string name, string description) => new(name)
    {
        Description = description,
        HelpName = "SIZE",
        CustomParser = Size,
    };

    public static Option<DType?> DType(string name, string description) => new(name)
    {
        Description = $"{description} auto, bfloat16, float16, float32 or float64.",
        HelpName = "DTYPE",
        CustomParser = result =>
        {
            var text = result.Tokens[0].Value;
            if (DTypes.TryParseTorchName(text, out var dtype))
                return dtype;
            if (text != "auto")
                result.AddError(NoneOf(name, text, ["auto", "bfloat16", "float16", "float32", "float64"]));
            return null;
        },
    };

    /// <summary>One of a few words; the first is the default.</summary>
    public static Option<string> Choice(string name, string description, params string[] values) => new(name)
    {
        Description = description,
        HelpName = string.Join('|', values),
        DefaultValueFactory = _ => values[0],
        CustomParser = result => OneOf(result, name, values),
    };

    /// <summary>One of a few words, or nothing.</summary>
    public static Option<string?> OptionalChoice(string name, string description, params string[] values) => new(name)
    {
        Description = description,
        HelpName = string.Join('|', values),
        CustomParser = result => OneOf(result, name, values),
    };

    /// <summary>The terminal of a call that was understood; one for the whole call.</summary>
    /// <param name="parsed">The call.</param>
    /// <param name="verb">What it does, where one verb does several things.</param>
    public static ToolTerminal Terminal(this ParseResult parsed, string? verb = null) =>
        new(verb ?? parsed.VerbName(), parsed.GetValue<bool>("--json"), parsed.GetValue<string>("--origin") ?? ToolDiagnostics.Origin);

    /// <summary>The verb as it is written, such as <c>cache prune</c>; empty where there is none.</summary>
    public static string VerbName(this ParseResult parsed)
    {
        var names = new List<string>();
        for (SymbolResult? at = parsed.CommandResult; at is CommandResult { Command: not RootCommand } command; at = at.Parent)
            names.Insert(0, command.Command.Name);
        return string.Join(' ', names);
    }

    private static string OneOf(ArgumentResult result, string name, IReadOnlyList<string> values)
    {
        var text = result.Tokens[0].Value;
        if (!values.Contains(text))
            result.AddError(NoneOf(name, text, values));
        return text;
    }

    private static string NoneOf(string name, string text, IReadOnlyList<string> values) =>
        $"{name} must be one of {string.Join(", ", values)}, not '{Printable.Start(text)}'{(NearestName.Find(text, values) is { } nearest ? $". Did you mean '{nearest}'?" : "")}";

    private static long? Size(ArgumentResult result)
    {
        try
        {
            return ByteSize.Parse(result.Tokens[0].Value);
        }
        catch (DiagnosticException e)
        {
            result.AddError(e.Diagnostics[0].Message);
            return null;
        }
    }
}
