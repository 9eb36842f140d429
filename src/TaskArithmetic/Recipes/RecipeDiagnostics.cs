using TaskArithmetic.Diagnostics;

namespace TaskArithmetic.Recipes;

/// <summary>The coded errors of a recipe's own text.</summary>
internal static class RecipeDiagnostics
{
    public static Diagnostic BadAlpha(string text) => Diagnostic.Error(
        "TA2013", $"alpha '{Printable.Start(text)}' is not a finite number or a list of them. Write 0.7, or [0.8, 0.2] for values that change with depth.").At(item: text);

    public static Diagnostic BadVector(string text, string reason) => Diagnostic.Error(
        "TA2019", $"vector '{Printable.Start(text)}': {(reason.EndsWith('?') ? reason : reason + ".")} Write PATH[,minus=PATH][,alpha=0.7|[0.8,0.2]][,KEY=VALUE][,tensors=GLOB][,exclude=GLOB].").At(item: text);

    public static DiagnosticException BadSize(string text) => new(Diagnostic.Error(
        "TA2019", $"size '{Printable.Start(text)}' is not a size. Write bytes, or a number with KB, MB, GB or TB (powers of 1000) or KiB, MiB, GiB, TiB.").At(item: text));

    public static Diagnostic NoTerms() => Diagnostic.Error(
        "TA2019", "the recipe has no vector. Add at least one --vector or ReasoningVector.");

    public static Diagnostic MinusWithModels(string path, string method) => Diagnostic.Error(
        "TA2019", $"'{path}' has a minus, which the method {method} does not use, since it combines whole models. Use a method for task vectors such as task_arithmetic, or leave the minus out.").At(file: path);
}
