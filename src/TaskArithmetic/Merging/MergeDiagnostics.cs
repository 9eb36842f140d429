using TaskArithmetic.Diagnostics;
using TaskArithmetic.Safetensors;

namespace TaskArithmetic.Merging;

/// <summary>The coded findings about what a merge did.</summary>
internal static class MergeDiagnostics
{
    public static Diagnostic LineageDiffers(string term, string donor, IReadOnlyList<(string Tensor, double Cosine)> unlike, bool required) => new(
        required ? "TA3003" : "TA1001",
        required ? DiagnosticSeverity.Error : DiagnosticSeverity.Warning,
        FormattableString.Invariant($"{term}: the target does not share the lineage of donor {donor}: {unlike.Count} large matrices have a cosine below {Lineage.LowestCosine} (lowest {unlike.Min(u => u.Cosine):0.000} in '{unlike.MinBy(u => u.Cosine).Tensor}'). Adding this vector means nothing unless all models come from one initialisation; choose donors of the target's family."))
    { File = donor, Item = term };

    public static Diagnostic MostlyLost(double survival) => Diagnostic.Warning(
        "TA1006", FormattableString.Invariant($"only {survival:P1} of the changed weights survive rounding to the output dtype. Raise alpha, or write a wider dtype (--output-dtype float32)."));

    public static Diagnostic NothingChanged() => Diagnostic.Warning(
        "TA1017", "the vectors change nothing: every weighted difference is zero, so the output has the target's weights. Check that the donors are two different checkpoints and that alpha is not 0.");
}
