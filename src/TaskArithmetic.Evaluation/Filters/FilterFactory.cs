using TaskArithmetic.Diagnostics;
using TaskArithmetic.Evaluation.Benchmarks;
using TaskArithmetic.Text.Python;

namespace TaskArithmetic.Evaluation.Filters;

/// <summary>Makes filters from their names and arguments.</summary>
internal static class FilterFactory
{
    private static readonly string[] Names =
    [
        "regex", "multi_choice_regex", "take_first", "take_first_k", "majority_vote", "lowercase", "uppercase", "remove_whitespace", "map",
        "bbh_choice", "bbh_map", "bbh_number", "bbh_word_sort", "create_test",
    ];

    /// <summary>Reports what is wrong with a filter of a task file.</summary>
    public static void Check(FilterStep step, OutputType outputType, string place, List<Diagnostic> problems)
    {
        if (!Names.Contains(step.Function))
            problems.Add(BenchmarkDiagnostics.UnknownFilter(place, step.Function, NearestName.Find(step.Function, Names)));
        else if (outputType != OutputType.GenerateUntil && step.Function != "take_first")
            problems.Add(BenchmarkDiagnostics.WrongFilterArgument(place, step.Function, "function", $"take_first for output_type {OutputTypes.NameOf(outputType)}: there is no text to filter"));
        else
            _ = Create(step, new FilterArguments(step, place, problems));
    }

    /// <summary>A filter that was checked before.</summary>
    public static IResponseFilter Create(FilterStep step) => Create(step, new FilterArguments(step, step.Function, []));

    private static IResponseFilter Create(FilterStep step, FilterArguments arguments)
    {
        switch (step.Function)
        {
            case "regex":
                arguments.Known(FilterArguments.RegexNames);
                return new RegexFilter(arguments.Pattern(), arguments.Number("group_select", 0), arguments.Text("fallback", FilterArguments.Fallback));
            case "take_first_k":
                arguments.Known("k");
                return new TakeFirstKFilter(arguments.Number("k", 0));
            case "map":
                arguments.Known("mapping_dict", "default_value");
                return Map(arguments.Mapping("mapping_dict"), step.Arguments.Find("default_value") ?? PythonNone.Instance);
            case "multi_choice_regex" or "bbh_choice":
                arguments.Known(FilterArguments.BbhNames);
                return new ChoiceFilter(
                    arguments.Pattern(), arguments.Number("group_select", 0), arguments.Text("fallback", FilterArguments.Fallback), arguments.Normalization(),
                    optionsInQuestion: step.Function == "bbh_choice");
            case "bbh_map":
                return BbhMap(arguments);
            case "bbh_number":
                arguments.Known(FilterArguments.BbhNames);
                return new BbhNumberFilter(arguments.Pattern(), arguments.Number("group_select", 0), arguments.Text("fallback", FilterArguments.Fallback));
            case "create_test":
                arguments.Known("column", "cut_at");
                return new ProgramFilter(arguments.Text("column", "prompt"), arguments.Text("cut_at", "") is { Length: > 0 } cut ? cut : null);
        }
        arguments.Known();
        return step.Function switch
        {
            "take_first" => new TakeFirstFilter(),
            "majority_vote" => new MajorityVoteFilter(),
            "lowercase" => new TextFilter(LetterCase.Lower),
            "uppercase" => new TextFilter(LetterCase.Upper),
            "remove_whitespace" => new TextFilter(t => PythonText.Strip(t, null)),
            "bbh_word_sort" => new BbhWordSortFilter(),
            _ => throw new ArgumentOutOfRangeException(nameof(step), step.Function, "The filter was not checked before."),
        };
    }

    private static TextFilter Map(PythonDictionary mapping, PythonValue otherwise) =>
        new(text => (mapping.Find(text) ?? otherwise).ToString());

    private static BbhMapFilter BbhMap(FilterArguments arguments)
    {
        arguments.Known(["regex_pattern_to_value", .. FilterArguments.BbhNames[1..]]);
        var map = arguments.Mapping("regex_pattern_to_value").Entries
            .Select(e => (arguments.Compile("regex_pattern_to_value", e.Key.ToString()), e.Value.ToString()))
            .ToArray();
        return new BbhMapFilter(map, arguments.Number("group_select", 0), arguments.Text("fallback", FilterArguments.Fallback), arguments.Normalization());
    }
}
