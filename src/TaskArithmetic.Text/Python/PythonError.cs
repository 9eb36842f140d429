namespace TaskArithmetic.Text.Python;

/// <summary>An error as Python raises it, on its way from an operation to the program or template that knows the place.</summary>
/// <param name="errorType">The class that CPython or Jinja2 would raise; <c>UnsupportedError</c> and <c>LimitError</c> are ours.</param>
/// <param name="reason">What happened, worded as CPython words it.</param>
/// <param name="line">The line in the text that was read, where one was.</param>
internal sealed class PythonError(string errorType, string reason, int? line = null) : Exception(reason)
{
    public string ErrorType => errorType;

    public int? Line => line;

    public static PythonError Type(string reason) => new("TypeError", reason);

    public static PythonError Value(string reason) => new("ValueError", reason);

    public static PythonError Limit(string reason) => new("LimitError", reason);

    public static PythonError Unsupported(string what, int? line = null) => new("UnsupportedError", $"{what} is not supported", line);

    public static PythonError Recursion(string where = "") => new("RecursionError", "maximum recursion depth exceeded" + where);
}
