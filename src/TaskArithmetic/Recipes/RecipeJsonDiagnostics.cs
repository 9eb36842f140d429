using TaskArithmetic.Diagnostics;
using TaskArithmetic.Files;

namespace TaskArithmetic.Recipes;

/// <summary>The coded errors of a recipe's JSON.</summary>
internal static class RecipeJsonDiagnostics
{
    public static DiagnosticException Unreadable(string path, Exception cause) => new(
        Diagnostic.Error("TA2040", $"{path}: the recipe cannot be read: {cause.Message.TrimEnd('.')}. Name a readable JSON file of a recipe.").At(file: path), cause);

    public static DiagnosticException NotJson(string path, string reason, long? line, Exception? cause) => new(
        Diagnostic.Error("TA2041", $"{path}{(line is { } number ? $":{number}" : "")}: the recipe is not JSON: {reason.TrimEnd('.')}. Correct the text.").At(file: path), cause);

    public static Diagnostic UnknownKey(PlacedJson at, string name, IReadOnlyList<string> known, string? nearest) => At(
        "TA2042", at, $"nothing reads '{Printable.Start(name)}'. {(nearest is null ? $"Keys here are {string.Join(", ", known)}." : $"Did you mean '{nearest}'?")}", name);

    public static Diagnostic WrongValue(PlacedJson at, string expected) => At(
        "TA2043", at, $"{Shown(at)} is not {expected}. Correct the value.");

    /// <summary>An alpha that is no number has the code that it has at every door.</summary>
    public static Diagnostic BadWeight(PlacedJson at) => At(
        "TA2013", at, $"{Shown(at)} is not a finite number or a list of them. Write 0.7, or [0.8, 0.2] for values that change with depth.");

    public static Diagnostic Missing(PlacedJson at, string name) => At(
        "TA2044", at, $"{name} is missing. Add it.", name);

    public static Diagnostic Twice(PlacedJson at, string name) => At(
        "TA2045", at, $"'{Printable.Start(name)}' is given twice. Keep one.", name);

    public static Diagnostic Together(PlacedJson at, string first, string second) => At(
        "TA2045", at, $"'{first}' and '{second}' exclude each other. Keep one.", second);

    public static Diagnostic NotSayable(string form, string what) => Diagnostic.Error(
        "TA2049", $"{form} cannot say {what}. Write the recipe in another form.");

    public static Diagnostic NotARecipe(PlacedJson at, string reason) => At(
        "TA2046", at, $"{reason}. Name a recipe, or the taskarithmetic.json of a merged model.");

    private static Diagnostic At(string code, PlacedJson at, string message, string? item = null) =>
        Diagnostic.Error(code, $"{at.Where}: {message}").At(file: at.File, offset: at.Offset, item: item);

    /// <summary>The value as it stands there, cut where it would flood the line.</summary>
    private static string Shown(PlacedJson at) => Listing.Short(at.Length > 400 ? at.Kind.ToString() : at.Value.GetRawText());
}
