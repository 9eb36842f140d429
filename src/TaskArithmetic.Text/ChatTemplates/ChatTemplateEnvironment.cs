using TaskArithmetic.Text.Jinja;
using TaskArithmetic.Text.Python;

namespace TaskArithmetic.Text.ChatTemplates;

/// <summary>
/// The Jinja environment of transformers' <c>_compile_jinja_template</c>: an immutable sandbox with trim_blocks,
/// lstrip_blocks and loop controls, plain JSON, and the functions raise_exception and strftime_now.
/// </summary>
internal static class ChatTemplateEnvironment
{
    public const string DateFunction = "strftime_now";

    public static JinjaOptions Create(DateTime now) => new()
    {
        TrimBlocks = true,
        LstripBlocks = true,
        IsChat = true,
        Immutable = true,
        Functions = new Dictionary<string, Func<PythonArguments, PythonValue>>
        {
            ["raise_exception"] = arguments => throw new PythonError("TemplateError", Required(arguments, "raise_exception", "message")),
            [DateFunction] = arguments => StrfTime.Format(now, Required(arguments, DateFunction, "format")),
        },
    };

    private static string Required(PythonArguments arguments, string function, string parameter) =>
        arguments.Find(0, parameter)?.ToString()
        ?? throw PythonError.Type($"{function}() missing 1 required positional argument: '{parameter}'");
}
