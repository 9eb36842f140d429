using TaskArithmetic.TestSupport;

namespace TaskArithmetic.Gguf.Tests;

/// <summary>GGUF files of models, written for one test.</summary>
internal static class Exported
{
    /// <summary>Writes a model in a quantization and gives the path of the file.</summary>
    public static string File(TemporaryFolder folder, string model, string quantization, bool withoutVocabulary = false)
    {
        var file = Path.Combine(folder.Path, $"{Guid.NewGuid():N}.{quantization}.gguf");
        GgufExport.RunAsync(new GgufExportOptions { Model = model, Output = file, Quantization = quantization, WithoutVocabulary = withoutVocabulary }).GetAwaiter().GetResult();
        return file;
    }
}
