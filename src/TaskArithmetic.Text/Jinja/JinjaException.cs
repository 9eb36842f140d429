using TaskArithmetic.Diagnostics;

namespace TaskArithmetic.Text.Jinja;

/// <summary>A template could not be parsed, or stopped while it rendered.</summary>
/// <param name="errorType">
/// The class that Jinja2 or CPython would raise: <c>TemplateSyntaxError</c>, <c>TemplateError</c> (raise_exception),
/// <c>UndefinedError</c>, <c>TypeError</c>, <c>SecurityError</c>… Two are ours: <c>UnsupportedError</c> for a feature
/// of Jinja2 that this engine lacks and <c>LimitError</c> for a template that exceeds its limits.
/// </param>
/// <param name="reason">What happened, without the place: the text a Python program would see in <c>str(error)</c>.</param>
/// <param name="templateName">The name given to the template when it was parsed.</param>
/// <param name="line">The line in the template, counted from 1.</param>
internal sealed class JinjaException(string errorType, string reason, string templateName, int line)
    : Exception($"{templateName}, line {line}: {errorType}: {reason}")
{
    public string ErrorType => errorType;
    public string Reason => reason;
    public string TemplateName => templateName;
    public int Line => line;

    /// <summary>Whether <see cref="ErrorType"/> derives from <c>jinja2.TemplateError</c>, which lm-evaluation-harness answers by trying again without the system message.</summary>
    public bool IsTemplateError => ErrorType is "TemplateError" or "TemplateSyntaxError" or "TemplateAssertionError" or "TemplateRuntimeError"
        or "UndefinedError" or "SecurityError" or "FilterArgumentError";

    /// <summary>The coded finding to show to the user.</summary>
    public Diagnostic Diagnostic => JinjaDiagnostics.For(this);
}

/// <summary>The codes of template errors, TA2350 to TA2355.</summary>
internal static class JinjaDiagnostics
{
    private const int LongestReason = 1000;

    public static Diagnostic For(JinjaException error)
    {
        var place = $"template {error.TemplateName}, line {error.Line}";
        // A template words its own refusals, at any length.
        var reason = error.Reason.Length <= LongestReason ? error.Reason : error.Reason[..LongestReason] + "…";
        return error.ErrorType switch
        {
            "TemplateSyntaxError" or "TemplateAssertionError" => Diagnostic.Error("TA2350",
                $"{place}: {reason.TrimEnd('.')}. Correct the template; the same text is an error in Jinja2."),
            "TemplateError" => Diagnostic.Error("TA2351",
                $"{place}: the template refuses its input: {reason.TrimEnd('.')}. Change the messages or variables to what it accepts."),
            "UndefinedError" => Diagnostic.Error("TA2352",
                $"{place}: {reason.TrimEnd('.')}. Give the variable, or guard its use with 'is defined' or the filter 'default'."),
            "UnsupportedError" => Diagnostic.Error("TA2354",
                $"{place}: {reason.TrimEnd('.')}. This engine covers what chat templates and evaluation tasks use; write the template without it."),
            "LimitError" => Diagnostic.Error("TA2355",
                $"{place}: {reason.TrimEnd('.')}. A template of this size or running time is refused as hostile or mistaken."),
            _ => Diagnostic.Error("TA2353", $"{place}: {error.ErrorType}: {reason}"),
        };
    }
}
