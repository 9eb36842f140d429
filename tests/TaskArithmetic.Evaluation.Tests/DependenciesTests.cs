using System.Text.Json;
using Microsoft.VisualStudio.TestTools.UnitTesting;

namespace TaskArithmetic.Evaluation.Tests;

/// <summary>What the library of evaluations brings along, as the build wrote it down for the host of these tests.</summary>
[TestClass]
public sealed class DependenciesTests
{
    [TestMethod]
    public void An_evaluation_over_an_endpoint_loads_neither_libtorch_nor_the_language_models()
    {
        using var file = JsonDocument.Parse(File.ReadAllText(Path.ChangeExtension(typeof(DependenciesTests).Assembly.Location, ".deps.json")));
        var libraries = file.RootElement.GetProperty("targets").EnumerateObject().First().Value.EnumerateObject()
            .ToDictionary(l => l.Name.Split('/')[0], l => l.Value.TryGetProperty("dependencies", out var d) ? d.EnumerateObject().Select(o => o.Name).ToList() : []);
        var seen = new HashSet<string>();
        var open = new Stack<string>(["TaskArithmetic.Evaluation"]);
        while (open.TryPop(out var library))
        {
            foreach (var next in libraries[library].Where(libraries.ContainsKey).Where(seen.Add))
                open.Push(next);
        }

        Assert.Contains("TaskArithmetic.Text", seen);
        Assert.IsTrue(libraries.ContainsKey("TorchSharp"), "the tests themselves bring TorchSharp along, so its name would be seen");
        Assert.IsEmpty(seen.Where(l => l.StartsWith("TorchSharp", StringComparison.Ordinal) || l is "TaskArithmetic.LanguageModels" or "TaskArithmetic.Torch"), string.Join(", ", seen));
    }
}
