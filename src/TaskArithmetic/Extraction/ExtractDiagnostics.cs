using TaskArithmetic.Diagnostics;

namespace TaskArithmetic.Extraction;

/// <summary>The coded errors of extracting a vector.</summary>
internal static class ExtractDiagnostics
{
    public static Diagnostic NotAVectorName(string path) => Diagnostic.Error(
        "TA2022", $"{path}: a vector file must be named NAME.safetensors. Change --output.");

    public static Diagnostic IsAFolder(string path) => Diagnostic.Error(
        "TA2022", $"{path}: is a folder. Name the vector file in it, such as vector.safetensors.");
}
