using TaskArithmetic.Text.Python;

namespace TaskArithmetic.Evaluation.Prompts;

/// <summary>Joins texts with a delimiter unless white space already stands at the joint.</summary>
internal static class TextJoint
{
    public static string Join(string? left, string? right, string delimiter)
    {
        if (string.IsNullOrEmpty(left))
            return right ?? "";
        if (string.IsNullOrEmpty(right))
            return left;
        return NeedsDelimiter(left, right) ? left + delimiter + right : left + right;
    }

    /// <summary>Whether both sides are there and neither has white space at the joint.</summary>
    public static bool NeedsDelimiter(string left, string right) =>
        left.Length > 0 && right.Length > 0 && !PythonText.IsSpace(left[^1]) && !PythonText.IsSpace(right[0]);
}
