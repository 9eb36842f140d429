using TaskArithmetic.Diagnostics;

namespace TaskArithmetic.Comparing;

/// <summary>The coded findings of comparing.</summary>
internal static class CompareDiagnostics
{
    public static Diagnostic BadSide(string text, string reason) => Diagnostic.Error(
        "TA2130", $"'{Printable.Start(text)}': {reason}. Write PATH[,minus=PATH][,alpha=NUMBER].").At(item: text);

    public static Diagnostic NothingInCommon(IReadOnlyList<string> paths, IReadOnlyList<string> leftOut) => Diagnostic.Error(
        "TA2131", $"{string.Join(", ", paths)}: hold no tensor of one name and shape in BF16, F16, F32 or F64{(leftOut.Count == 0 ? "" : $" (left out: {Listing.Of(leftOut)})")}. Compare models of one architecture, or select other tensors.").At(file: paths[0]);

    public static Diagnostic NoBase(string path) => Diagnostic.Error(
        "TA2132", $"{path}: is no vector, and nothing says what to subtract from it. Name its base with --base, or its own with ,minus=PATH.").At(file: path);

    public static Diagnostic NotWritten(string path, string reason) => Diagnostic.Error(
        "TA2133", $"{path}: the heat map cannot be written ({reason.TrimEnd('.')}). Choose another file.", DiagnosticKind.Environment).At(file: path);

    public static Diagnostic NoSuchNumber(string name, string reason) => Diagnostic.Error(
        "TA2134", $"--heatmap-of '{Printable.Start(name)}': {reason}").At(item: name);

    public static Diagnostic NothingToDraw(string name) => Diagnostic.Error(
        "TA2135", $"--heatmap-of '{name}': the number exists for none of the tensors here, so there is nothing to draw. Choose another number{(name == "survival" ? ", or name a --target" : "")}.").At(item: name);
}
