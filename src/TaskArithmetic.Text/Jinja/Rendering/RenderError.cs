namespace TaskArithmetic.Text.Jinja.Rendering;

/// <summary>An error on its way from an operation to the template, which knows its name and line.</summary>
internal sealed class RenderError(string errorType, string reason) : Exception(reason)
{
    public string ErrorType { get; } = errorType;

    public static RenderError Type(string reason) => new("TypeError", reason);

    public static RenderError Value(string reason) => new("ValueError", reason);

    public static RenderError Limit(string reason) => new("LimitError", reason);

    public static RenderError Unsupported(string reason) => new("UnsupportedError", reason);
}
