using System.Text.Json;
using Microsoft.VisualStudio.TestTools.UnitTesting;
using TaskArithmetic.TestSupport;

namespace TaskArithmetic.Text.Tests.Jinja;

/// <summary>
/// What chat templates of public models are made of, one construct or a few at a time: our own templates on one conversation with tools,
/// in constructs.json beside this file, with what Jinja2 3.1.6 gives in the environment that transformers sets up.
/// </summary>
[TestClass]
public sealed class ConstructTests
{
    [TestMethod]
    public void The_constructs_of_chat_templates_render_as_in_Jinja2()
    {
        using var document = JsonDocument.Parse(File.ReadAllText(Path.Combine(RepositoryRoot.Path!, "tests", "TaskArithmetic.Text.Tests", "Jinja", "constructs.json")));
        var variables = document.RootElement.GetProperty("variables").GetRawText();

        foreach (var construct in document.RootElement.GetProperty("cases").EnumerateArray())
        {
            var source = construct[0].GetString()!;
            Assert.AreEqual(construct[1].GetString(), Template.Render(source, variables), source);
        }
    }
}
