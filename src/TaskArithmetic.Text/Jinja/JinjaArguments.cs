using TaskArithmetic.Text.Jinja.Rendering;
using TaskArithmetic.Text.Jinja.Values;
using TaskArithmetic.Text.Python;

namespace TaskArithmetic.Text.Jinja;

/// <summary>The arguments of one call from a template.</summary>
internal sealed class JinjaArguments
{
    private static readonly IReadOnlyDictionary<string, PythonValue> NoKeywords = new Dictionary<string, PythonValue>();

    internal JinjaArguments(RenderContext context, IReadOnlyList<PythonValue> positional, IReadOnlyDictionary<string, PythonValue>? keywords = null)
    {
        Context = context;
        Positional = positional;
        Keywords = keywords ?? NoKeywords;
    }

    /// <summary>Arguments without a name, in order.</summary>
    public IReadOnlyList<PythonValue> Positional { get; }

    /// <summary>Arguments with a name, in the order of the call.</summary>
    public IReadOnlyDictionary<string, PythonValue> Keywords { get; }

    internal RenderContext Context { get; }

    /// <summary>The argument of a parameter that may be given by place or by name.</summary>
    /// <param name="position">Its place, counted from 0.</param>
    /// <param name="name">Its name.</param>
    /// <returns>The argument, or null when it is not given.</returns>
    public PythonValue? Find(int position, string name) =>
        position < Positional.Count ? Positional[position] : Keywords.GetValueOrDefault(name);

    /// <summary>Ends the rendering with an error at the current line.</summary>
    /// <param name="errorType">The name of the error as Python has it, such as <c>TypeError</c>.</param>
    /// <param name="reason">What happened.</param>
    /// <returns>The exception to throw.</returns>
    public Exception Error(string errorType, string reason) => new RenderError(errorType, reason);

    internal JinjaArguments Prepend(PythonValue first) => new(Context, [first, .. Positional], Keywords);

    internal JinjaArguments Skip(int count) => new(Context, Positional.Skip(count).ToArray(), Keywords);
}
