namespace TaskArithmetic.Evaluation.Filters;

/// <summary>Python's indexing of the list that <c>findall</c> gives.</summary>
internal static class MatchSelection
{
    /// <summary>The match at an index, counted from the end if negative; null where there is none.</summary>
    public static string[]? Pick(this List<string[]> matches, int index)
    {
        var at = index < 0 ? matches.Count + index : index;
        return at >= 0 && at < matches.Count ? matches[at] : null;
    }
}
