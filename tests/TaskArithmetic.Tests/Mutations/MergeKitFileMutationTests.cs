using Microsoft.VisualStudio.TestTools.UnitTesting;
using TaskArithmetic.Diagnostics;
using TaskArithmetic.Files;
using TaskArithmetic.Methods;
using TaskArithmetic.Recipes;
using TaskArithmetic.TestSupport;

namespace TaskArithmetic.Tests.Mutations;

/// <summary>Damaged configurations of mergekit are read or refused with a code, file and line. <c>TASKARITHMETIC_MUTATIONS=20000</c> is the long form.</summary>
[TestClass]
[RequiresShared("golden/mergekit-yaml")]
public sealed class MergeKitFileMutationTests
{
    private static readonly string[] Words =
    [
        "&a ", "*a", "<<: *a", "<<: [*a, *a]", "? ", ": ", "- ", "---\n", "...\n", "!!str ", "!!float ", "|\n", ">-\n", "%YAML 1.1\n", "#", "'", "~", "yes", ".inf", "1e-3", "0x", "[[", "{",
        "models:\n", "slices:\n", "sources:", "layer_range: [0, 99999999999]", "parameters:", "filter: mlp", "value: []", "tokenizer: {source: union, tokens: {a: {source: {kind: zero}}}}", "name: a", "base_model: {model: {path: x}}",
        "+", "@", "dtype: int8", "chat_template: '{{'",
    ];

    [TestMethod]
    public void No_damaged_file_is_a_failure_or_an_error_without_its_line()
    {
        byte[][] seeds = [.. Directory.GetFiles(SharedData.PathOf("golden/mergekit-yaml"), "config.yml", SearchOption.AllDirectories).Order(StringComparer.Ordinal).Select(File.ReadAllBytes)];
        new MutationRun("mergekit file", bytes =>
        {
            try
            {
                var file = MergeKitFile.Parse("f.yml", RegularFile.Text(bytes), MergeMethods.BuiltIn);
                foreach (var document in file.Documents)
                    Again(document.Recipe);
            }
            catch (UnreadableFileException)
            {
                // Told as TA2080 where the file is opened.
            }
            catch (DiagnosticException e)
            {
                Assert.IsTrue(e.Diagnostics.All(d => d.Message.StartsWith("f.yml:", StringComparison.Ordinal)), e.Message);
                throw;
            }
        }).Require(new Mutation(seeds, Words), Mutation.Count(2000));
    }

    /// <summary>What was read is written, unless YAML cannot say it, and reads the same.</summary>
    private static void Again(Recipe recipe)
    {
        string yaml;
        try
        {
            yaml = MergeKitWriter.Write(recipe, MergeMethods.BuiltIn);
        }
        catch (DiagnosticException e) when (e.Diagnostics.All(d => d.Code == "TA2090"))
        {
            return;
        }
        Assert.AreEqual(RecipeJson.Write(recipe), RecipeJson.Write(MergeKitFile.Parse("g.yml", yaml, MergeMethods.BuiltIn).Documents.Single().Recipe), yaml);
    }
}
