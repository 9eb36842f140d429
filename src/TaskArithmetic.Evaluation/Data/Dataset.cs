using TaskArithmetic.Evaluation.Jinja.Values;

namespace TaskArithmetic.Evaluation.Data;

/// <summary>The documents of one benchmark, by split.</summary>
/// <param name="Splits">Rows of each split that was loaded, in file order. A row is a dictionary from column to value.</param>
/// <param name="Variables">Texts that belong to the data as a whole and that templates may use besides the columns; not part of any row's hash.</param>
internal sealed record Dataset(
    IReadOnlyDictionary<string, IReadOnlyList<JinjaDictionary>> Splits, IReadOnlyDictionary<string, JinjaValue> Variables)
{
    public static readonly IReadOnlyDictionary<string, JinjaValue> NoVariables = new Dictionary<string, JinjaValue>();
}
