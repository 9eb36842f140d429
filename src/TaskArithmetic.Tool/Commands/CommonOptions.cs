using System.CommandLine;
using TaskArithmetic.Caching;
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

    public static Option<int> Threads() => new("--threads")
    {
        Description = "Worker threads; the result does not depend on them.",
        DefaultValueFactory = _ => Environment.ProcessorCount,
        Validators = { result => { if (result.Tokens.Count > 0 && (!int.TryParse(result.Tokens[0].Value, out var n) || n < 1)) result.AddError("--threads must be a whole number from 1"); } },
    };

    public static Option<string> CacheDirectory() => new("--cache-dir")
    {
        Description = "Cache folder (default: TASKARITHMETIC_CACHE, or taskarithmetic in the user's cache folder).",
        DefaultValueFactory = _ => CacheFolder.Default,
    };

    public static Option<bool> NoCache() => new("--no-cache") { Description = "Neither take the result from the cache nor put it there." };

    public static Option<bool> AllowNonFinite() => new("--allow-non-finite") { Description = "Let NaN and infinities through." };

    public static Option<long> MaxShardSize() => new("--max-shard-size")
    {
        Description = "Most bytes of tensors in one output file, such as 5GB.",
        CustomParser = result => Parsing(result, ByteSize.Parse, Recipe.DefaultMaxShardSize),
        DefaultValueFactory = _ => Recipe.DefaultMaxShardSize,
    };

    public static Option<DType?> DType(string name, string description) => new(name)
    {
        Description = description,
        HelpName = "auto|bfloat16|float16|float32|float64",
        CustomParser = result =>
        {
            if (DTypes.TryParseTorchName(result.Tokens[0].Value, out var dtype))
                return dtype;
            if (result.Tokens[0].Value != "auto")
                result.AddError($"{name}: '{result.Tokens[0].Value}' is none of auto, bfloat16, float16, float32, float64");
            return null;
        },
    };

    /// <summary>One of a few words; the first is the default.</summary>
    public static Option<string> Choice(string name, string description, params string[] values)
    {
        var option = new Option<string>(name) { Description = description, DefaultValueFactory = _ => values[0] };
        option.AcceptOnlyFromAmong(values);
        return option;
    }

    public static ToolTerminal Terminal(this ParseResult parsed) =>
        new(parsed.GetValue<bool>("--json"), parsed.GetValue<string>("--origin") ?? ToolDiagnostics.Origin);

    private static T Parsing<T>(System.CommandLine.Parsing.ArgumentResult result, Func<string, T> parse, T otherwise)
    {
        try
        {
            return parse(result.Tokens[0].Value);
        }
        catch (Diagnostics.DiagnosticException e)
        {
            result.AddError(e.Diagnostics[0].Message);
            return otherwise;
        }
    }
}
