using TaskArithmetic.Text.Python;

namespace TaskArithmetic.Evaluation.Benchmarks;

/// <summary>
/// A benchmark as data: what lm-evaluation-harness reads from a task's YAML file, with its defaults filled in.
/// Texts are Jinja templates; a text that equals a column's name means that column.
/// </summary>
public sealed record BenchmarkTask
{
    /// <summary>The name, <c>task</c> in the file.</summary>
    public required string Name { get; init; }

    /// <summary>The name shown in tables; null shows <see cref="Name"/>.</summary>
    public string? Alias { get; init; }

    /// <summary>Names that select this task together with others.</summary>
    public IReadOnlyList<string> Tags { get; init; } = [];

    /// <summary>The file that defines the task, or <c>built-in</c> and its name.</summary>
    public required string Source { get; init; }

    /// <summary>Whether the definition ships with this library.</summary>
    public bool IsBuiltIn { get; init; }

    /// <summary><c>json</c> for files of the user's own, or the name of a known data set.</summary>
    public required string DatasetPath { get; init; }

    /// <summary>Part of the data set, such as a BBH subtask.</summary>
    public string? DatasetName { get; init; }

    /// <summary>How to read the data: <c>data_files</c>, <c>field</c>.</summary>
    public PythonDictionary? DatasetKwargs { get; init; }

    /// <summary>The split to learn from.</summary>
    public string? TrainingSplit { get; init; }

    /// <summary>The split to evaluate on where there is no test split.</summary>
    public string? ValidationSplit { get; init; }

    /// <summary>The split to evaluate on.</summary>
    public string? TestSplit { get; init; }

    /// <summary>The question: a template or column, or the number of the right choice where the choices are the questions.</summary>
    public required PythonValue DocToText { get; init; }

    /// <summary>The reference: a template, a column, a number or a list.</summary>
    public required PythonValue DocToTarget { get; init; }

    /// <summary>The choices: a template, a column or a list; null where there are none.</summary>
    public PythonValue? DocToChoice { get; init; }

    /// <summary>Text before everything else.</summary>
    public string Description { get; init; } = "";

    /// <summary>Text between question and answer.</summary>
    public string TargetDelimiter { get; init; } = " ";

    /// <summary>Text after each shot.</summary>
    public string FewshotDelimiter { get; init; } = "\n\n";

    /// <summary>Start of the answer, given to the model.</summary>
    public string? GenPrefix { get; init; }

    /// <summary>Where shots come from.</summary>
    public FewshotSettings Fewshot { get; init; } = new();

    /// <summary>Number of shots; null is 0 and, unlike a 0 in the file, can be overridden.</summary>
    public int? NumFewshot { get; init; }

    /// <summary>What is asked of the model.</summary>
    public OutputType OutputType { get; init; } = OutputType.GenerateUntil;

    /// <summary>How to generate, in the file's order; null where the file says nothing.</summary>
    public PythonDictionary? GenerationKwargs { get; init; }

    /// <summary>The text that ends a model's reasoning, after which the answer stands; null where the task does not say, empty for none.</summary>
    public string? ThinkEndToken { get; init; }

    /// <summary>How often each request is made.</summary>
    public int Repeats { get; init; } = 1;

    /// <summary>Filter pipelines; null stands for one named <c>none</c> that takes the first response.</summary>
    public IReadOnlyList<FilterPipelineSettings>? FilterList { get; init; }

    /// <summary>Metrics; null stands for those that belong to the output type.</summary>
    public IReadOnlyList<MetricSettings>? MetricList { get; init; }

    /// <summary>Whether scoring runs programs that the model wrote.</summary>
    public bool UnsafeCode { get; init; }

    /// <summary>Free information; <c>version</c> is printed with every score.</summary>
    public PythonDictionary Metadata { get; init; } = new();

    /// <summary>The name shown in tables.</summary>
    public string DisplayName => Alias ?? Name;

    /// <summary>The task's version, or null where the file gives none.</summary>
    public PythonValue? Version => Metadata.Find("version");
}
