namespace TaskArithmetic.Text.Jinja.Syntax;

/// <summary>A template that cannot be parsed, on its way to the caller that knows the template's name.</summary>
internal sealed class TemplateSyntaxError(string reason, int line, string errorType = "TemplateSyntaxError") : Exception(reason)
{
    public int Line => line;

    public string ErrorType => errorType;
}
