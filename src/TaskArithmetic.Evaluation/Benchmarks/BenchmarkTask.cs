using TaskArithmetic.Text.Python;

namespace TaskArithmetic.Evaluation.Benchmarks;

/// <summary>
/// A benchmark as data: what lm-evaluation-harness reads from a task's YAML file, with its defaults filled in.
/// Texts are Jinja templates; a text that equals a column's name means that column.
/// </summary>
/// <param name="Name">The name, <c>task</c> in the file.</param>
/// <param name="Source">The file that defines the task, or <c>built-in</c> and its name.</param>
/// <param name="DatasetPath"><c>json</c> for files of the user's own, or the name of a known data set.</param>
/// <param name="DocToText">The question: a template or column, or the number of the right choice where the choices are the questions.</param>
/// <param name="DocToTarget">The reference: a template, a column, a number or a list.</param>
/// <param name="Tags">Names that select this task together with others.</param>
/// <param name="Fewshot">Where shots come from.</param>
/// <param name="Metadata">Free information; <c>version</c> is printed with every score.</param>
/// <param name="Alias">The name shown in tables; null shows <paramref name="Name"/>.</param>
/// <param name="IsBuiltIn">Whether the definition ships with this library.</param>
/// <param name="DatasetName">Part of the data set, such as a BBH subtask.</param>
/// <param name="DatasetKwargs">How to read the data: <c>data_files</c>, <c>field</c>.</param>
/// <param name="TrainingSplit">The split to learn from.</param>
/// <param name="ValidationSplit">The split to evaluate on where there is no test split.</param>
/// <param name="TestSplit">The split to evaluate on.</param>
/// <param name="DocToChoice">The choices: a template, a column or a list; null where there are none.</param>
/// <param name="Description">Text before everything else.</param>
/// <param name="TargetDelimiter">Text between question and answer.</param>
/// <param name="FewshotDelimiter">Text after each shot.</param>
/// <param name="GenPrefix">Start of the answer, given to the model.</param>
/// <param name="NumFewshot">Number of shots; null is 0 and, unlike a 0 in the file, can be overridden.</param>
/// <param name="OutputType">What is asked of the model.</param>
/// <param name="GenerationKwargs">How to generate, in the file's order; null where the file says nothing.</param>
/// <param name="ThinkEndToken">The text that ends a model's reasoning, after which the answer stands; null where the task does not say, empty for none.</param>
/// <param name="Repeats">How often each request is made.</param>
/// <param name="FilterList">Filter pipelines; null stands for one named <c>none</c> that takes the first response.</param>
/// <param name="MetricList">Metrics; null stands for those that belong to the output type.</param>
/// <param name="UnsafeCode">Whether scoring runs programs that the model wrote.</param>
public sealed record BenchmarkTask(
    string Name, string Source, string DatasetPath, PythonValue DocToText, PythonValue DocToTarget, IReadOnlyList<string> Tags,
    FewshotSettings Fewshot, PythonDictionary Metadata, string? Alias = null, bool IsBuiltIn = false, string? DatasetName = null,
    PythonDictionary? DatasetKwargs = null, string? TrainingSplit = null, string? ValidationSplit = null, string? TestSplit = null,
    PythonValue? DocToChoice = null, string Description = "", string TargetDelimiter = " ", string FewshotDelimiter = "\n\n",
    string? GenPrefix = null, int? NumFewshot = null, OutputType OutputType = OutputType.GenerateUntil, PythonDictionary? GenerationKwargs = null,
    string? ThinkEndToken = null, int Repeats = 1, IReadOnlyList<FilterPipelineSettings>? FilterList = null,
    IReadOnlyList<MetricSettings>? MetricList = null, bool UnsafeCode = false)
{
    /// <summary>The name shown in tables.</summary>
    public string DisplayName => Alias ?? Name;

    /// <summary>The task's version, or null where the file gives none.</summary>
    public PythonValue? Version => Metadata.Find("version");
}
