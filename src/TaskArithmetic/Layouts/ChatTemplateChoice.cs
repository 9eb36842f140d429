using TaskArithmetic.Checkpoints;
using TaskArithmetic.Diagnostics;
using TaskArithmetic.Recipes;

namespace TaskArithmetic.Layouts;

/// <summary>The chat template that a recipe asks for.</summary>
internal static class ChatTemplateChoice
{
    /// <summary>Its text; null where the recipe does not ask, or no model has one.</summary>
    /// <param name="recipe">The recipe.</param>
    /// <param name="models">The merged models, the base first: of templates that equally many have, the first wins.</param>
    /// <param name="findings">Receives what is wrong.</param>
    public static string? Of(Recipe recipe, IReadOnlyList<Checkpoint> models, List<Diagnostic> findings)
    {
        if (recipe.ChatTemplate is not { } wanted)
            return null;
        if (wanted != ChatTemplates.Auto)
            return ChatTemplates.IsSource(wanted) ? wanted : ChatTemplates.TryFind(wanted) ?? Unknown(wanted, findings);
        var templates = new List<string>();
        foreach (var folder in models.Where(m => m.IsFolder).Select(m => m.Path).Distinct())
        {
            try
            {
                if (AnswerFormat.TemplateOf(folder) is { } template)
                    templates.Add(template);
            }
            catch (DiagnosticException e)
            {
                findings.AddRange(e.Diagnostics);
            }
        }
        if (templates.Count == 0)
            findings.Add(LayoutDiagnostics.NoChatTemplate([.. models.Select(m => m.Path).Distinct()]));
        // MaxBy takes the first of several.
        return templates.GroupBy(t => t).MaxBy(g => g.Count())?.Key;
    }

    private static string? Unknown(string name, List<Diagnostic> findings)
    {
        findings.Add(LayoutDiagnostics.UnknownTemplate(name, [ChatTemplates.Auto, .. ChatTemplates.Names]));
        return null;
    }
}
