using Microsoft.VisualStudio.TestTools.UnitTesting;
using TaskArithmetic.Methods;
using TaskArithmetic.Recipes;

namespace TaskArithmetic.Tests.Documentation;

/// <summary>
/// Files of docs/ that are made from the methods. Where one is behind, <c>TASKARITHMETIC_WRITE_DOCS=1</c> in the environment of this test
/// writes it anew.
/// </summary>
[TestClass]
[RequiresRepository]
public sealed class GeneratedFilesTests
{
    [TestMethod]
    public void The_schema_of_recipes_is_what_the_methods_say() => Holds(Path.Combine("docs", "recipe.schema.json"), RecipeSchema.Write(MergeMethods.BuiltIn));

    [TestMethod]
    public void The_page_of_methods_is_what_the_methods_say() => Holds(Path.Combine("docs", "methods.md"), MethodsPage.Write(MergeMethods.BuiltIn));

    [TestMethod]
    [RequiresRepository("src/TaskArithmetic.Build")]
    public void The_build_package_knows_every_parameter() => Holds(Path.Combine("src", "TaskArithmetic.Build", "MergeParameters.txt"), string.Concat(
        MergeMethods.BuiltIn.All
            .SelectMany(m => m.Schema.Parameters)
            .Select(p => $"{p.Name} {(p.Scope == ParameterScope.Input ? "input" : "global")}\n")
            .Distinct()
            .Order(StringComparer.Ordinal)));

    private static void Holds(string file, string expected)
    {
        var path = Repository.PathOf(file);
        if (Environment.GetEnvironmentVariable("TASKARITHMETIC_WRITE_DOCS") is { Length: > 0 })
            File.WriteAllText(path, expected);

        Assert.IsTrue(File.Exists(path), file);
        Assert.AreEqual(expected, File.ReadAllText(path), $"{file} is not what the methods say. Run this test with TASKARITHMETIC_WRITE_DOCS=1 to write it.");
    }
}
