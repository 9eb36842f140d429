using TaskArithmetic.Text.Python;

namespace TaskArithmetic.Text.Jinja;

/// <summary>How templates are read and rendered: what a Jinja2 <c>Environment</c> holds. What is not set is as in Jinja2's own defaults.</summary>
internal sealed record JinjaOptions
{
    private static readonly Dictionary<string, Func<PythonArguments, PythonValue>> None = [];

    /// <summary>The first line break after a block or comment is removed.</summary>
    public bool TrimBlocks { get; init; }

    /// <summary>White space from the start of a line to a block or comment is removed.</summary>
    public bool LstripBlocks { get; init; }

    /// <summary>One line break at the end of the template is kept.</summary>
    public bool KeepTrailingNewline { get; init; }

    /// <summary>The environment of transformers: tags <c>break</c>, <c>continue</c> and <c>generation</c>, and <c>tojson</c> without escapes and in the order of insertion.</summary>
    public bool IsChat { get; init; }

    /// <summary>Any use of an undefined value but <c>is defined</c> is an error (<c>StrictUndefined</c>); otherwise it prints as nothing and is false.</summary>
    public bool StrictUndefined { get; init; }

    /// <summary>Methods that change a list or a dictionary are refused (<c>ImmutableSandboxedEnvironment</c>).</summary>
    public bool Immutable { get; init; }

    /// <summary>Filters besides the built-in ones, or instead of them; the filtered value is the first positional argument.</summary>
    public IReadOnlyDictionary<string, Func<PythonArguments, PythonValue>> Filters { get; init; } = None;

    /// <summary>Global functions besides the built-in ones, or instead of them.</summary>
    public IReadOnlyDictionary<string, Func<PythonArguments, PythonValue>> Functions { get; init; } = None;

    /// <summary>What one rendering may use.</summary>
    public PythonLimits Limits { get; init; } = PythonLimits.Default;
}
