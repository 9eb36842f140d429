using TaskArithmetic.Evaluation.Jinja.Rendering;
using TaskArithmetic.Evaluation.Jinja.Values;

namespace TaskArithmetic.Evaluation.Jinja;

/// <summary>The arguments of one call from a template.</summary>
internal sealed class JinjaArguments
{
    private static readonly IReadOnlyDictionary<string, JinjaValue> NoKeywords = new Dictionary<string, JinjaValue>();

    internal JinjaArguments(RenderContext context, IReadOnlyList<JinjaValue> positional, IReadOnlyDictionary<string, JinjaValue>? keywords = null)
    {
        Context = context;
        Positional = positional;
        Keywords = keywords ?? NoKeywords;
    }

    /// <summary>Arguments without a name, in order.</summary>
    public IReadOnlyList<JinjaValue> Positional { get; }

    /// <summary>Arguments with a name, in the order of the call.</summary>
    public IReadOnlyDictionary<string, JinjaValue> Keywords { get; }

    internal RenderContext Context { get; }

    /// <summary>The argument of a parameter that may be given by place or by name.</summary>
    /// <param name="position">Its place, counted from 0.</param>
    /// <param name="name">Its name.</param>
    /// <returns>The argument, or null when it is not given.</returns>
    public JinjaValue? Find(int position, string name) =>
        position < Positional.Count ? Positional[position] : Keywords.GetValueOrDefault(name);

    /// <summary>Ends the rendering with an error at the current line.</summary>
    /// <param name="errorType">The name of the error as Python has it, such as <c>TypeError</c>.</param>
    /// <param name="reason">What happened.</param>
    /// <returns>The exception to throw.</returns>
    public Exception Error(string errorType, string reason) => new RenderError(errorType, reason);

    internal JinjaArguments Prepend(JinjaValue first) => new(Context, [first, .. Positional], Keywords);

    internal JinjaArguments Skip(int count) => new(Context, Positional.Skip(count).ToArray(), Keywords);
}
