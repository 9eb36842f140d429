using TaskArithmetic.Diagnostics;

namespace TaskArithmetic.Text.Jinja;

/// <summary>The codes of template errors, TA2350 to TA2355.</summary>
internal static class JinjaDiagnostics
{
    private const int LongestReason = 1000;

    public const string Syntax = "TA2350";
    public const string Refused = "TA2351";
    public const string Undefined = "TA2352";
    public const string Failed = "TA2353";
    public const string Unsupported = "TA2354";
    public const string Limit = "TA2355";

    public static Diagnostic For(JinjaException error)
    {
        var place = $"template {error.TemplateName}, line {error.Line}";
        // A template words its own refusals, at any length.
        var reason = error.Reason.Length <= LongestReason ? error.Reason : error.Reason[..LongestReason] + "…";
        return error.ErrorType switch
        {
            "TemplateSyntaxError" or "TemplateAssertionError" => Diagnostic.Error(Syntax,
                $"{place}: {reason.TrimEnd('.')}. Correct the template; the same text is an error in Jinja2."),
            "TemplateError" => Diagnostic.Error(Refused,
                $"{place}: the template refuses its input: {reason.TrimEnd('.')}. Change the messages or variables to what it accepts."),
            "UndefinedError" => Diagnostic.Error(Undefined,
                $"{place}: {reason.TrimEnd('.')}. Give the variable, or guard its use with 'is defined' or the filter 'default'."),
            "UnsupportedError" => Diagnostic.Error(Unsupported,
                $"{place}: {reason.TrimEnd('.')}. This engine covers what chat templates and evaluation tasks use; write the template without it."),
            "LimitError" => Diagnostic.Error(Limit,
                $"{place}: {reason.TrimEnd('.')}. A template of this size or running time is refused as hostile or mistaken."),
            _ => Diagnostic.Error(Failed, $"{place}: {error.ErrorType}: {reason}"),
        };
    }
}
