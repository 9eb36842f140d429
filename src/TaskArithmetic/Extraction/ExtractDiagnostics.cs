using TaskArithmetic.Diagnostics;

namespace TaskArithmetic.Extraction;

/// <summary>The coded errors of extracting a vector.</summary>
internal static class ExtractDiagnostics
{
    public static Diagnostic NotAVectorName(string path) => Diagnostic.Error(
        "TA2022", $"{path}: a vector file must be named NAME.safetensors. Change --output.");

    public static Diagnostic IsAFolder(string path) => Diagnostic.Error(
        "TA2022", $"{path}: is a folder. Name the vector file in it, such as vector.safetensors.");

    public static Diagnostic NotOurs(string path) => Diagnostic.Error(
        "TA3012", $"{path}: exists (or its index does) and is no vector that TaskArithmetic wrote. Remove it, or choose another --output.") with
    { File = path };
}
