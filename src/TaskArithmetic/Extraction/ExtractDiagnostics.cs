using TaskArithmetic.Diagnostics;
using TaskArithmetic.Planning;

namespace TaskArithmetic.Extraction;

/// <summary>The coded errors of extracting a vector.</summary>
internal static class ExtractDiagnostics
{
    /// <summary>
    /// A finding of a merge's preflight in the words of an extraction, which has two donors and no target. Paths at its beginning stay as they are.
    /// </summary>
    public static Diagnostic OfDonors(Diagnostic finding, string minus)
    {
        if (finding.Message == PlanDiagnostics.TargetIsNoFolder(minus).Message)
            return finding with { Message = $"{minus}: is a file. Name the model folder that holds it, since the vector keeps what its config.json and tokenizer say." };
        var text = finding.Message.IndexOf(": ", StringComparison.Ordinal) + 1;
        return finding with
        {
            Message = finding.Message[..text] + finding.Message[text..]
                .Replace("Use a target of the same", "Use donors of the same", StringComparison.Ordinal)
                .Replace("the target", "the other donor", StringComparison.Ordinal),
        };
    }

    public static Diagnostic NotForVectors(string method) => Diagnostic.Error(
        "TA2050", $"the method {method} combines whole models, so it cannot make a vector of vectors. Choose a method for task vectors, such as task_arithmetic or ties.").At(item: method);
}
