using TaskArithmetic.Diagnostics;
using TaskArithmetic.Methods;

namespace TaskArithmetic.Recipes;

/// <summary>The coded findings of a method's name, operands and parameters, whichever door they came through.</summary>
internal static class ParameterDiagnostics
{
    public static Diagnostic UnknownParameter(string where, string method, string name, IReadOnlyList<string> known) => Diagnostic.Error(
        "TA2070", $"{where}: the method {method} has no parameter '{Printable.Start(name)}'. {Nearest(name, known)}It takes {(known.Count == 0 ? "none" : string.Join(", ", known))}.").At(item: name);

    public static Diagnostic Missing(string where, MethodParameter parameter, string method, string tensor) => Diagnostic.Error(
        "TA2071", $"{where}: {parameter.Name} has no value for tensor '{tensor}', and the method {method} has no default for it. Give {parameter.Name}, or a value without filter after those with one.").At(tensor: tensor, item: parameter.Name);

    public static Diagnostic MissingEverywhere(string where, MethodParameter parameter, string method) => Diagnostic.Error(
        "TA2071", $"{where}: the required parameter {parameter.Name} of the method {method} is missing. Give it here or for the whole merge.").At(item: parameter.Name);

    public static Diagnostic WrongKind(string where, MethodParameter parameter, string problem) => Diagnostic.Error(
        // What is no number at all, and a number that is not finite, have had codes of their own since 0.1.
        problem.EndsWith("not finite", StringComparison.Ordinal) ? "TA2013" : "TA2072", $"{where}: {parameter.Name}: {problem}. {Expected(parameter)}").At(item: parameter.Name);

    public static Diagnostic OutOfRange(string where, MethodParameter parameter, string problem) => Diagnostic.Error(
        "TA2073", $"{where}: {parameter.Name}: {problem}. {Expected(parameter)}").At(item: parameter.Name);

    public static Diagnostic OutOfUsualRange(string where, MethodParameter parameter, string problem) => Diagnostic.Warning(
        "TA1030", $"{where}: {parameter.Name}: {problem}. It is used as it is; check that this is meant.").At(item: parameter.Name);

    public static Diagnostic WithoutEffect(string where, string name, string reason) => Diagnostic.Warning(
        "TA1031", $"{where}: {name} has no effect: {reason}. Leave it out.").At(item: name);

    public static Diagnostic UnknownMethod(string where, string name, IReadOnlyList<string> known) => Diagnostic.Error(
        "TA2074", $"{where}: there is no merge method '{Printable.Start(name)}'. {Nearest(name, known)}Methods are {string.Join(", ", known)}.").At(item: name);

    public static Diagnostic InputCount(string where, MethodSchema schema, int count) => Diagnostic.Error(
        "TA2075", $"{where}: the method {schema.Name} takes {Counts(schema)}, but {count} {(count == 1 ? "is" : "are")} given{(schema.Base == BaseUse.Input ? "" : " besides the base")}. Add or remove models, or choose another method.").At(item: schema.Name);

    public static Diagnostic NoBase(string where, MethodSchema schema) => Diagnostic.Error(
        "TA2076", $"{where}: the method {schema.Name} needs a base model, and none is given. Name it.").At(item: schema.Name);

    private static string Counts(MethodSchema schema) => schema.MaximumInputs switch
    {
        { } most when most == schema.MinimumInputs => most == 1 ? "exactly one model" : $"exactly {most} models",
        { } most => $"{schema.MinimumInputs} to {most} models",
        null => $"at least {schema.MinimumInputs} model{(schema.MinimumInputs == 1 ? "" : "s")}",
    };

    private static string Nearest(string name, IReadOnlyList<string> known) => NearestName.Find(name, known) is { } nearest ? $"Did you mean '{nearest}'? " : "";

    private static string Expected(MethodParameter parameter) => parameter.Kind switch
    {
        ParameterKind.Flag => "Give true or false.",
        ParameterKind.Text => parameter.Choices.Count == 0 ? "Give a text." : $"Give one of {string.Join(", ", parameter.Choices)}.",
        ParameterKind.Integer => ParameterCheck.RangeOf(parameter) is { Length: > 0 } range ? $"Give a whole number {range}." : "Give a whole number.",
        _ => ParameterCheck.RangeOf(parameter) is { Length: > 0 } range ? $"Give a number {range}." : "Give a number.",
    };
}
