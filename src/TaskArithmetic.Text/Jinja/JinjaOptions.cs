using TaskArithmetic.Text.Python;

namespace TaskArithmetic.Text.Jinja;

/// <summary>How templates are read and rendered: what a Jinja2 <c>Environment</c> holds.</summary>
internal sealed record JinjaOptions
{
    /// <summary>Jinja2's own defaults.</summary>
    public static JinjaOptions Default { get; } = new();

    /// <summary>The first line break after a block or comment is removed.</summary>
    public bool TrimBlocks { get; init; }

    /// <summary>White space from the start of a line to a block or comment is removed.</summary>
    public bool LstripBlocks { get; init; }

    /// <summary>One line break at the end of the template is kept.</summary>
    public bool KeepTrailingNewline { get; init; }

    /// <summary>Tags <c>break</c> and <c>continue</c> (extension <c>jinja2.ext.loopcontrols</c>).</summary>
    public bool LoopControls { get; init; }

    /// <summary>Tag <c>generation</c> of transformers, which renders its body.</summary>
    public bool GenerationTag { get; init; }

    /// <summary>Any use of an undefined value but <c>is defined</c> is an error (<c>StrictUndefined</c>); otherwise it prints as nothing and is false.</summary>
    public bool StrictUndefined { get; init; }

    /// <summary>Methods that change a list or a dictionary are refused (<c>ImmutableSandboxedEnvironment</c>).</summary>
    public bool Immutable { get; init; }

    /// <summary><c>tojson</c> writes plain JSON in insertion order without escaping, as transformers sets it up; otherwise HTML-safe ASCII JSON with sorted keys.</summary>
    public bool PlainJson { get; init; }

    /// <summary>Filters besides the built-in ones, or instead of them; the filtered value is the first positional argument.</summary>
    public IReadOnlyDictionary<string, Func<PythonArguments, PythonValue>> Filters { get; init; } = new Dictionary<string, Func<PythonArguments, PythonValue>>();

    /// <summary>Global functions besides the built-in ones, or instead of them.</summary>
    public IReadOnlyDictionary<string, Func<PythonArguments, PythonValue>> Functions { get; init; } = new Dictionary<string, Func<PythonArguments, PythonValue>>();

    /// <summary>What one rendering may use.</summary>
    public PythonLimits Limits { get; init; } = PythonLimits.Default;
}
