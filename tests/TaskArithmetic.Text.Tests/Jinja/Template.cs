using System.Text.Json;
using TaskArithmetic.Text.Jinja;
using TaskArithmetic.Text.Python;

namespace TaskArithmetic.Text.Tests.Jinja;

/// <summary>Renders templates in the two environments that the product uses.</summary>
internal static class Template
{
    /// <summary>As transformers sets Jinja2 up for chat templates, without its functions.</summary>
    public static JinjaOptions Chat { get; } = new()
    {
        TrimBlocks = true,
        LstripBlocks = true,
        IsChat = true,
        Immutable = true,
    };

    /// <summary>As lm-evaluation-harness sets it up for tasks.</summary>
    public static JinjaOptions Task { get; } = new() { StrictUndefined = true, KeepTrailingNewline = true };

    public static string Render(string source, string variables = "{}", JinjaOptions? options = null)
    {
        using var document = JsonDocument.Parse(variables);
        var values = ((PythonDictionary)PythonValue.FromJson(document.RootElement)).Entries.Select(e => KeyValuePair.Create(e.Key.ToString(), e.Value));
        return JinjaTemplate.Parse(source, options ?? Chat, "test.jinja").Render(values);
    }

    /// <summary>The error that parsing or rendering raises, as <c>Type: reason</c>.</summary>
    public static string Fail(string source, string variables = "{}", JinjaOptions? options = null)
    {
        var error = Microsoft.VisualStudio.TestTools.UnitTesting.Assert.ThrowsExactly<JinjaException>(() => Render(source, variables, options));
        return $"{error.ErrorType}: {error.Reason}";
    }
}
