using TaskArithmetic.Diagnostics;

namespace TaskArithmetic.Evaluation.Benchmarks;

/// <summary>The codes of benchmarks, TA4000 to TA4099; this part words those of task files.</summary>
internal static partial class BenchmarkDiagnostics
{
    public static Diagnostic TaskFileMissing(string path, string? includedFrom) => Diagnostic.Error("TA4000",
        includedFrom is null
            ? $"The task file '{path}' does not exist. Check the path."
            : $"{includedFrom}: the included file '{path}' does not exist. Includes are relative to the file that names them.").At(file: path);

    public static Diagnostic TaskFileUnreadable(string path, string reason, string? includedFrom = null) => Diagnostic.Error("TA4001",
        includedFrom is null
            ? $"{path}: the task file cannot be read: {reason.TrimEnd('.')}. Correct the YAML."
            : $"{includedFrom}: the included file '{path}' cannot be read: {reason.TrimEnd('.')}. Name another.").At(file: path);

    public static Diagnostic BeyondLimit(string file, long line, long column, string reason) => Diagnostic.Error("TA4055",
        $"{file}({line},{column}): {reason.TrimEnd('.')}. Benchmarks need no such file; write it out plainly.").At(file: file);

    public static Diagnostic TooManyFiles(string place, string reason) => Diagnostic.Error("TA4056",
        $"{place}: {reason.TrimEnd('.')}. Includes and groups may not multiply without bound.").At(file: place);

    public static Diagnostic UnknownKey(string place, string where, string key, string? nearest) => Diagnostic.Error("TA4002",
        $"{place}: {where} has no key '{Shorten(key)}'. {(nearest is null ? "Remove it." : $"Did you mean '{nearest}'?")}");

    public static Diagnostic NeedsPython(string place, string what) => Diagnostic.Error("TA4003",
        $"{place}: '{Shorten(what)}' needs Python code, which benchmarks cannot run here. Write the same with a template, a built-in filter or a built-in metric, or prepare the data file beforehand.");

    public static Diagnostic WrongValue(string place, string key, string expected) => Diagnostic.Error("TA4004",
        $"{place}: '{key}' must be {expected}.");

    public static Diagnostic MissingKey(string place, string key) => Diagnostic.Error("TA4005",
        $"{place}: the task lacks {key}. Add it.");

    public static Diagnostic IncludeCycle(string place, IReadOnlyList<string> chain) => Diagnostic.Error("TA4006",
        $"{place}: the file includes itself: {string.Join(" -> ", chain)}. Remove one of the includes.");

    public static Diagnostic UnknownBenchmark(string name, string? nearest) => Diagnostic.Error("TA4007",
        $"There is no benchmark '{Shorten(name)}'. {(nearest is null ? "" : $"Did you mean '{nearest}'? ")}Name a built-in one, a task of your own files, or a YAML file.");

    public static Diagnostic UnknownMember(string group, string name, string? nearest) => Diagnostic.Error("TA4007",
        $"The group '{group}' names '{Shorten(name)}', which is no task or group. {(nearest is null ? "Add the file that defines it." : $"Did you mean '{nearest}'?")}").At(item: group);

    public static Diagnostic DuplicateTask(string task, string first, string second) => Diagnostic.Error("TA4008",
        $"The task '{task}' is found in both '{first}' and '{second}'. Ask for one of the two groups, or evaluate them one after the other.").At(item: task);

    public static Diagnostic GroupCycle(string group) => Diagnostic.Error("TA4009",
        $"The group '{group}' contains itself. Remove it from its own members.").At(item: group);

    public static Diagnostic UnknownFilter(string place, string name, string? nearest) => Diagnostic.Error("TA4010",
        $"{place}: there is no filter '{Shorten(name)}'. {(nearest is null ? "Use a built-in one." : $"Did you mean '{nearest}'?")}");

    public static Diagnostic WrongFilterArgument(string place, string filter, string argument, string expected) => Diagnostic.Error("TA4011",
        $"{place}: '{argument}' of the filter '{filter}' must be {expected}.");

    public static Diagnostic BadPattern(string place, string pattern, string reason) => Diagnostic.Error("TA4012",
        $"{place}: the regular expression '{Shorten(pattern)}' cannot be used: {Shorten(reason).TrimEnd('.')}. It is read as Python's re reads it.");

    public static Diagnostic UnknownMetric(string place, string metric, string? nearest) => Diagnostic.Error("TA4013",
        $"{place}: there is no metric '{Shorten(metric)}'. {(nearest is null ? "Use a built-in one." : $"Did you mean '{nearest}'?")}");

    public static Diagnostic MetricNotForOutput(string place, string metric, string outputType, IEnumerable<string> usable) => Diagnostic.Error("TA4014",
        $"{place}: the metric '{metric}' does not apply to output_type {outputType}. Usable there: {string.Join(", ", usable)}.");

    public static Diagnostic WrongMetricOption(string place, string metric, string option, string expected) => Diagnostic.Error("TA4015",
        $"{place}: '{option}' of the metric '{metric}' must be {expected}.");

    public static Diagnostic PatternTimeout(string task, string pattern) => Diagnostic.Error("TA4016",
        $"Task '{task}': the regular expression '{Shorten(pattern)}' ran longer than 2 seconds on one answer. Rewrite it without nested repetition.").At(item: task);
}
