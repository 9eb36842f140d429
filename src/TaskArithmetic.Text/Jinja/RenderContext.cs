using System.Text;
using TaskArithmetic.Text.Python;

namespace TaskArithmetic.Text.Jinja;

/// <summary>How a statement ended.</summary>
internal enum Flow
{
    Normal,
    Break,
    Continue,
}

/// <summary>The names of one frame: a template, a loop turn, a macro call or a block's body.</summary>
internal sealed class Scope(Scope? outer)
{
    private readonly Dictionary<string, PythonValue> names = new(StringComparer.Ordinal);

    public PythonValue? Find(string name) => names.TryGetValue(name, out var value) ? value : outer?.Find(name);

    /// <summary>The name in this frame alone.</summary>
    public PythonValue? FindOwn(string name) => names.GetValueOrDefault(name);

    public void Set(string name, PythonValue value) => names[name] = value;
}

/// <summary>The state of one rendering: scope, output, place and what is left of the limits.</summary>
internal sealed class RenderContext(JinjaOptions options, Scope scope) : PythonBudget(options.Limits)
{
    public JinjaOptions Options => options;

    public Scope Scope { get; private set; } = scope;

    public StringBuilder Output { get; private set; } = new();

    /// <summary>The line of the template that is being rendered.</summary>
    public int Line { get; set; }

    /// <summary>The text of the block that filters are about to be applied to.</summary>
    public string BlockText { get; set; } = "";

    public void Write(string text)
    {
        Charge(text.Length);
        Output.Append(text);
    }

    /// <summary>Runs something in a scope of its own.</summary>
    public T Within<T>(Scope inner, Func<T> body)
    {
        // An error ends the rendering, so nothing need be put back then.
        var outer = Scope;
        Scope = inner;
        var result = body();
        Scope = outer;
        return result;
    }

    /// <summary>The text that a body writes in a scope of its own.</summary>
    public string Capture(Scope inner, Statement body)
    {
        var outer = Output;
        Output = new StringBuilder();
        Within(inner, () => body(this));
        var text = Output.ToString();
        Output = outer;
        return text;
    }

    public JinjaUndefined Undefined(string message, string errorType = "UndefinedError") => new(message, options.StrictUndefined, errorType);
}
