using System.Globalization;
using TaskArithmetic.Text.Python;

namespace TaskArithmetic.Text.Jinja;

/// <summary>
/// A parsed template, with the grammar and the semantics of Jinja2 3.1 on CPython for what chat templates and
/// lm-evaluation-harness tasks use. It is immutable and may be rendered from several threads at once.
/// </summary>
internal sealed class JinjaTemplate
{
    /// <summary>UTF-16 units of a template's source. The longest chat templates have some ten thousands.</summary>
    private const int MaxSourceLength = 1 << 20;

    private readonly Statement body;
    private readonly JinjaOptions options;

    private JinjaTemplate(string name, Statement body, JinjaOptions options)
    {
        Name = name;
        this.body = body;
        this.options = options;
    }

    /// <summary>The name that errors give.</summary>
    public string Name { get; }

    /// <summary>Parses a template.</summary>
    /// <param name="source">The template's text.</param>
    /// <param name="options">The environment.</param>
    /// <param name="name">What errors call the template: a file, or a file and a key.</param>
    /// <exception cref="JinjaException">The text is no template, or uses what this engine lacks; all at parse time.</exception>
    public static JinjaTemplate Parse(string source, JinjaOptions options, string name = "template")
    {
        if (source.Length > MaxSourceLength)
            throw new JinjaException("LimitError", string.Create(CultureInfo.InvariantCulture, $"the template has {source.Length} characters, more than {MaxSourceLength}"), name, 1);
        try
        {
            return new JinjaTemplate(name, Parser.Parse(source, options), options);
        }
        catch (PythonError error)
        {
            throw new JinjaException(error.ErrorType == "SyntaxError" ? "TemplateSyntaxError" : error.ErrorType, error.Message, name, error.Line ?? 1);
        }
    }

    /// <summary>Renders the template.</summary>
    /// <param name="variables">The variables by name.</param>
    /// <returns>The text.</returns>
    /// <exception cref="JinjaException">The template raised an error, or Python would.</exception>
    public string Render(IEnumerable<KeyValuePair<string, PythonValue>> variables)
    {
        var scope = new Scope(Globals.CreateScope(options));
        foreach (var (name, value) in variables)
            scope.Set(name, value);
        // Assignments of the template go to a scope of their own, so the caller's values stay what they were.
        var context = new RenderContext(options, new Scope(scope));
        try
        {
            body(context);
            return context.Output.ToString();
        }
        catch (PythonError error)
        {
            throw new JinjaException(error.ErrorType, error.Message, Name, context.Line);
        }
    }
}
