using TaskArithmetic.Text.Jinja.Values;
using TaskArithmetic.Text.Python;

namespace TaskArithmetic.Text.Jinja.Rendering;

/// <summary>The names of one frame: a template, a loop turn, a macro call or a block's body.</summary>
internal sealed class Scope(Scope? parent)
{
    private readonly Dictionary<string, PythonValue> names = new(StringComparer.Ordinal);

    public PythonValue? Find(string name)
    {
        for (var scope = this; scope is not null; scope = scope.Outer)
        {
            if (scope.names.TryGetValue(name, out var value))
                return value;
        }
        return null;
    }

    /// <summary>The name in this frame alone.</summary>
    public PythonValue? FindOwn(string name) => names.GetValueOrDefault(name);

    public void Set(string name, PythonValue value) => names[name] = value;

    private Scope? Outer => parent;
}
