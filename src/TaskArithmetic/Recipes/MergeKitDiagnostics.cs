using TaskArithmetic.Diagnostics;

namespace TaskArithmetic.Recipes;

/// <summary>The coded findings of mergekit's YAML: each names file, line and key.</summary>
internal static class MergeKitDiagnostics
{
    public static Diagnostic Unreadable(string path, int line, string reason) => Diagnostic.Error(
        "TA2080", $"{path}:{line}: not a mergekit configuration: {reason.TrimEnd('.')}. Correct the YAML.").At(file: path);

    public static Diagnostic KeyTwice(string path, int line, string key, int first) => Diagnostic.Error(
        "TA2081", $"{path}:{line}: the key '{Printable.Start(key)}' stands here and in line {first}, of which mergekit would silently take the last. Remove one.").At(file: path, item: key);

    public static Diagnostic UnknownKey(string where, string path, string key, IReadOnlyList<string> known) => Diagnostic.Error(
        "TA2082", $"{where}: unknown key. {(NearestName.Find(key, known) is { } nearest ? $"Did you mean '{nearest}'? " : "")}Known here: {string.Join(", ", known)}.").At(file: path, item: key);

    public static Diagnostic WrongForm(string where, string path, string found, string expected) => Diagnostic.Error(
        "TA2083", $"{where}: {found} stands where {expected} belongs. Correct the value.").At(file: path);

    public static Diagnostic KeyMissing(string where, string path, string what) => Diagnostic.Error(
        "TA2084", $"{where}: {what}.").At(file: path);

    public static Diagnostic BadModel(string where, string path, string text, string reason) => Diagnostic.Error(
        "TA2085", $"{where}: '{Printable.Start(text)}' cannot be read as a model: {reason}. Write PATH, PATH+ADAPTER or REPOSITORY@REVISION.").At(file: path, item: text);

    public static Diagnostic BadLayers(string where, string path, string reason) => Diagnostic.Error(
        "TA2086", $"{where}: {reason}. Write layer_range: [FIRST, END] with 0 <= FIRST < END, the same number of layers for all sources of a slice.").At(file: path);

    public static Diagnostic BadDType(string where, string path, string text) => Diagnostic.Error(
        "TA2087", $"{where}: models cannot be merged in '{Printable.Start(text)}'. Write bfloat16, float16, float32 or float64.").At(file: path, item: text);

    public static Diagnostic BadTokenizer(string where, string path, string reason) => Diagnostic.Error(
        "TA2088", $"{where}: {reason}.").At(file: path);

    public static Diagnostic BadDocuments(string where, string path, string reason) => Diagnostic.Error(
        "TA2089", $"{where}: {reason}.").At(file: path);

    public static Diagnostic NotSayable(string what, string instead) => Diagnostic.Error(
        "TA2090", $"mergekit's YAML cannot say {what}. {instead}.");

    public static Diagnostic NotSupported(string where, string path, string reason) => Diagnostic.Error(
        "TA2079", $"{where}: {reason}.").At(file: path);

    public static Diagnostic BaseParameters(string where, string path, IReadOnlyList<string> names, string method) => Diagnostic.Warning(
        "TA1032", $"{where}: {string.Join(", ", names)} of the base {(names.Count == 1 ? "has" : "have")} no effect: the method {method} takes the base as it is. Leave {(names.Count == 1 ? "it" : "them")} out.").At(file: path);

    public static Diagnostic DocumentUnused(string where, string path, string name) => Diagnostic.Warning(
        "TA1035", $"{where}: nothing uses the merge '{Printable.Start(name)}', so it is left out. Name it as a model of another, or take it away.").At(file: path);

    public static Diagnostic RevisionOfFolder(string where, string path, string folder, string revision) => Diagnostic.Warning(
        "TA1033", $"{where}: '{folder}' is a folder here, so its revision '{Printable.Start(revision)}' has no effect. Leave it out.").At(file: path);
}
