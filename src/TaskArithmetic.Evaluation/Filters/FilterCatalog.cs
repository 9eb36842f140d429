using TaskArithmetic.Diagnostics;
using TaskArithmetic.Evaluation.Benchmarks;
using TaskArithmetic.Text.Python;

namespace TaskArithmetic.Evaluation.Filters;

/// <summary>The filters that task files can name, with their options.</summary>
internal static class FilterCatalog
{
    private static readonly OrderedDictionary<string, (string[] Options, Func<OptionReader, ResponseFilter> Make)> All = new(StringComparer.Ordinal)
    {
        ["regex"] = (MatchChoice.Options, o => Each(MatchChoice.Of(o).Take)),
        ["multi_choice_regex"] = ([.. MatchChoice.Options, .. AnswerNormalization.Options], o => BbhFilters.Choice(MatchChoice.Of(o), AnswerNormalization.Of(o), BbhFilters.OptionsInColumn)),
        ["take_first"] = ([], _ => (responses, _) => FilteredResponses.Text(responses.Elements.FirstOrDefault(""))),
        ["take_first_k"] = (["k"], o => { var k = o.Number("k", 0); return (responses, _) => responses.Take(k); }
        ),
        ["majority_vote"] = ([], _ => (responses, _) => responses.Commonest()),
        ["lowercase"] = ([], _ => Each(LetterCase.Lower)),
        ["uppercase"] = ([], _ => Each(LetterCase.Upper)),
        ["remove_whitespace"] = ([], _ => Each(text => PythonText.Strip(text, null))),
        ["map"] = (["mapping_dict", "default_value"], Map),
        ["bbh_choice"] = ([.. MatchChoice.Options, .. AnswerNormalization.Options], o => BbhFilters.Choice(MatchChoice.Of(o), AnswerNormalization.Of(o), BbhFilters.OptionsInQuestion)),
        ["bbh_map"] = (["regex_pattern_to_value", "group_select", "fallback", .. AnswerNormalization.Options], o => BbhFilters.Map(
            [.. o.Mapping("regex_pattern_to_value").Entries.Select(e => (o.Compile("regex_pattern_to_value", e.Key.ToString()), e.Value.ToString()))], MatchChoice.Of(o), AnswerNormalization.Of(o))),
        ["bbh_number"] = ([.. MatchChoice.Options, .. AnswerNormalization.Options], o => BbhFilters.Number(MatchChoice.Of(o))),
        ["bbh_word_sort"] = ([], _ => BbhFilters.WordSort),
        ["create_test"] = (["column", "cut_at"], Program),
    };

    /// <summary>Reports what is wrong with a filter of a task file.</summary>
    public static void Check(FilterStep step, OutputType outputType, string place, List<Diagnostic> problems)
    {
        if (!All.ContainsKey(step.Function))
            problems.Add(BenchmarkDiagnostics.UnknownFilter(place, step.Function, NearestName.Find(step.Function, All.Keys)));
        else if (outputType != OutputType.GenerateUntil && step.Function != "take_first")
            problems.Add(BenchmarkDiagnostics.WrongFilterArgument(place, step.Function, "function", $"take_first for output_type {OutputTypes.NameOf(outputType)}: there is no text to filter"));
        else
            _ = Create(step, place, problems);
    }

    /// <summary>A filter that was checked before.</summary>
    public static ResponseFilter Create(FilterStep step) => Create(step, step.Function, []);

    /// <summary>What a filter gives where it can extract nothing; null where it extracts nothing anyway.</summary>
    public static string? FallbackOf(FilterStep step) => !All[step.Function].Options.Contains("fallback") ? null
        : step.Arguments.Find("fallback") is PythonString text ? text.Value : MatchChoice.DefaultFallback;

    private static ResponseFilter Create(FilterStep step, string place, List<Diagnostic> problems)
    {
        var (names, make) = All[step.Function];
        var options = new OptionReader(
            step.Arguments, $"the filter {step.Function}", place, (name, expected) => BenchmarkDiagnostics.WrongFilterArgument(place, step.Function, name, expected), problems);
        options.Known(names);
        return make(options);
    }

    private static ResponseFilter Each(Func<string, string> change) => (responses, _) => responses.Select(change);

    private static ResponseFilter Map(OptionReader options)
    {
        var mapping = options.Mapping("mapping_dict");
        var otherwise = options.Value("default_value") ?? PythonNone.Instance;
        return Each(text => (mapping.Find(text) ?? otherwise).ToString());
    }

    /// <summary><c>create_test</c>: each response as a whole program, the document's prompt before it; optionally cut at a code fence.</summary>
    private static ResponseFilter Program(OptionReader options)
    {
        var (column, cutAt) = (options.Text("column", "prompt"), options.Text("cut_at", ""));
        return (responses, document) =>
        {
            var prompt = document.Find(column)?.ToString() ?? "";
            return responses.Select(response => prompt + (cutAt.Length > 0 && response.IndexOf(cutAt, StringComparison.Ordinal) is >= 0 and var at ? response[..at] : response));
        };
    }
}
