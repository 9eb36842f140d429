using Microsoft.Extensions.FileSystemGlobbing;
using TaskArithmetic.Diagnostics;
using TaskArithmetic.Evaluation.Benchmarks;
using TaskArithmetic.Text.Python;

namespace TaskArithmetic.Evaluation.Data;

/// <summary>Loads the data of tasks: the user's own JSON files, or the public data sets known by name.</summary>
/// <param name="store">Where public data files are found.</param>
/// <param name="workingFolder">What <c>data_files</c> are relative to; a file that is not there is looked for beside the task file.</param>
internal sealed class DatasetLoader(DatasetStore store, string workingFolder)
{
    private static readonly string[] KnownSets = ["json", "gsm8k", "openai_humaneval", "sciq", "bbh"];
    private static readonly string[] Bbh = ["bbh", "SaylorTwift/bbh", "lukaemon/bbh"];

    /// <summary>The public sets that have a file for each split, by their names.</summary>
    private static readonly (string[] Names, (string Split, string Path)[] Splits)[] SplitSets =
    [
        (["gsm8k", "openai/gsm8k"], [("train", "gsm8k/train.jsonl"), ("test", "gsm8k/test.jsonl")]),
        (["openai_humaneval", "openai/openai_humaneval"], [("test", "humaneval/HumanEval.jsonl.gz")]),
        (["sciq", "allenai/sciq"], [("validation", "sciq/validation.jsonl"), ("test", "sciq/test.jsonl")]),
    ];

    private readonly Dictionary<string, IReadOnlyList<PythonDictionary>> rows = new(StringComparer.Ordinal);

    /// <summary>The data of a task.</summary>
    /// <exception cref="DiagnosticException">The data set is unknown, or its files are absent or malformed.</exception>
    public async Task<Dataset> LoadAsync(BenchmarkTask task, CancellationToken cancellationToken)
    {
        if (task.DatasetPath == "json")
            return LoadJson(task);
        if (Bbh.Contains(task.DatasetPath))
            return await LoadBbhAsync(task, cancellationToken).ConfigureAwait(false);
        if (!SplitSets.Any(s => s.Names.Contains(task.DatasetPath)))
            throw new DiagnosticException(BenchmarkDiagnostics.UnknownDataset(task.Source, task.DatasetPath, KnownSets));
        var loaded = new Dictionary<string, IReadOnlyList<PythonDictionary>>(StringComparer.Ordinal);
        foreach (var (split, path) in PinnedSplits(task))
            loaded.Add(split, Rows(await store.LocateAsync(path, cancellationToken).ConfigureAwait(false), null));
        return new Dataset(loaded, Dataset.NoVariables);
    }

    /// <summary>Reports files that are not there and will not be fetched, before anything is loaded.</summary>
    public void Check(BenchmarkTask task, List<Diagnostic> problems)
    {
        try
        {
            if (task.DatasetPath == "json")
            {
                problems.AddRange(DataFiles(task).SelectMany(s => s.Files).SelectMany(f => Expand(f, task)).Where(f => !File.Exists(f))
                    .Select(f => BenchmarkDiagnostics.DataFileMissing(f, JsonRows.NearestFile(f))));
                return;
            }
            string[] files = Bbh.Contains(task.DatasetPath)
                ? [$"bbh/bbh/{task.DatasetName}.json", $"bbh/cot-prompts/{task.DatasetName}.txt"]
                : [.. PinnedSplits(task).Select(s => s.Path)];
            problems.AddRange(files.Select(store.Missing).OfType<Diagnostic>());
        }
        catch (DiagnosticException e)
        {
            problems.AddRange(e.Diagnostics);
        }
    }

    /// <summary>Only the splits in use: the user need not have the others.</summary>
    private static IEnumerable<(string Split, string Path)> PinnedSplits(BenchmarkTask task)
    {
        var shots = task.NumFewshot == 0 ? null : task.Fewshot.Split ?? (task.Fewshot.Samples is null ? task.TrainingSplit ?? task.ValidationSplit ?? task.TestSplit : null);
        return SplitSets.FirstOrDefault(s => s.Names.Contains(task.DatasetPath)).Splits?.Where(s => s.Split == (task.TestSplit ?? task.ValidationSplit) || s.Split == shots) ?? [];
    }

    private async Task<Dataset> LoadBbhAsync(BenchmarkTask task, CancellationToken cancellationToken)
    {
        var (data, prompts) = ($"bbh/bbh/{task.DatasetName}.json", $"bbh/cot-prompts/{task.DatasetName}.txt");
        if (!PinnedFiles.Contains(data))
            throw new DiagnosticException(BenchmarkDiagnostics.UnknownDataset(task.Source, $"{task.DatasetPath}, {task.DatasetName}", KnownSets));
        var promptFile = await store.LocateAsync(prompts, cancellationToken).ConfigureAwait(false);
        var (description, reasoned, answered) =
            BbhPrompts.Parse(promptFile, JsonRows.ReadText(promptFile));
        var splits = new Dictionary<string, IReadOnlyList<PythonDictionary>>(StringComparer.Ordinal)
        {
            ["test"] = Rows(await store.LocateAsync(data, cancellationToken).ConfigureAwait(false), "examples"),
            ["cot_prompts"] = reasoned,
            ["cot_prompts_answers"] = answered,
        };
        return new Dataset(splits, new Dictionary<string, PythonValue> { ["dataset_description"] = description });
    }

    private Dataset LoadJson(BenchmarkTask task)
    {
        var problems = new List<Diagnostic>();
        var loaded = new Dictionary<string, IReadOnlyList<PythonDictionary>>(StringComparer.Ordinal);
        var field = task.DatasetKwargs?.Find("field") is PythonString text ? text.Value : null;
        foreach (var (split, files) in DataFiles(task))
        {
            var all = new List<PythonDictionary>();
            foreach (var file in files.SelectMany(f => Expand(f, task)))
            {
                try
                {
                    all.AddRange(Rows(file, field));
                }
                catch (DiagnosticException e)
                {
                    problems.AddRange(e.Diagnostics);
                }
            }
            loaded[split] = JsonRows.Align(all);
        }
        return problems.Count == 0 ? new Dataset(loaded, Dataset.NoVariables) : throw new DiagnosticException(problems);
    }

    /// <summary>Files by split; a bare file or list of files is the split <c>train</c>, as in Hugging Face's loader.</summary>
    private static IEnumerable<(string Split, IEnumerable<string> Files)> DataFiles(BenchmarkTask task)
    {
        var files = task.DatasetKwargs?.Find("data_files");
        if (files is PythonDictionary bySplit)
            return bySplit.Entries.Select(e => (e.Key.ToString(), Names(e.Value)));
        if (files is PythonString or PythonList)
            return [("train", Names(files))];
        throw new DiagnosticException(BenchmarkDiagnostics.MissingKey(task.Source, "dataset_kwargs with data_files, which dataset_path json needs"));
    }

    private static IEnumerable<string> Names(PythonValue value) =>
        value is PythonList list ? list.Items.Select(i => i.ToString()) : [value.ToString()];

    private IEnumerable<string> Expand(string file, BenchmarkTask task)
    {
        // No file has such a name, and the file system's own functions throw on it.
        if (file.Contains('\0', StringComparison.Ordinal) || file.Length == 0)
            throw new DiagnosticException(BenchmarkDiagnostics.DataFileMissing(file.Replace("\0", "\\0", StringComparison.Ordinal), null));
        var folders = new[] { workingFolder }.Concat(task.IsBuiltIn ? [] : [Path.GetDirectoryName(Path.GetFullPath(task.Source))!]);
        foreach (var folder in folders)
        {
            if (File.Exists(Path.GetFullPath(file, folder)))
                return [Path.GetFullPath(file, folder)];
            if (file.AsSpan().IndexOfAny('*', '?') < 0 || Path.IsPathRooted(file))
                continue;
            var matches = new Matcher().AddInclude(file).GetResultsInFullPath(folder).Order(StringComparer.Ordinal).ToArray();
            if (matches.Length > 0)
                return matches;
        }
        return [Path.GetFullPath(file, workingFolder)];
    }

    /// <summary>Tasks share files (a group over one file, 27 subtasks over one list): each is read once.</summary>
    private IReadOnlyList<PythonDictionary> Rows(string path, string? field)
    {
        var key = $"{path}\n{field}";
        if (!rows.TryGetValue(key, out var known))
            rows.Add(key, known = JsonRows.Align(JsonRows.Read(path, field)));
        return known;
    }
}
