using System.CommandLine;
using TaskArithmetic.Recipes;

namespace TaskArithmetic.Tool.Commands;

/// <summary>Whether tensors are listed one by one, which, and in what order; without any of these options there is a summary.</summary>
internal sealed class TensorListOptions
{
    private readonly Option<bool> all = new("--all") { Description = "Also list every tensor." };
    private readonly Option<string?> tensors = new("--tensors") { HelpName = "GLOB", Description = "Look only at these tensors, and list them: *.q_proj.* or **/mlp/**; several separated by ';'." };
    private readonly Option<string?> sort;

    /// <param name="keys">What the list may be sorted by, the names first.</param>
    public TensorListOptions(params string[] keys) =>
        sort = CommonOptions.OptionalChoice("--sort", $"List every tensor in this order ({keys[0]}, or the most remarkable first).", keys);

    public void AddTo(Command command)
    {
        command.Options.Add(all);
        command.Options.Add(tensors);
        command.Options.Add(sort);
    }

    /// <summary>Whether the tensors are to be listed.</summary>
    public bool Lists(ParseResult parsed) => parsed.GetValue(all) || parsed.GetValue(tensors) is not null || parsed.GetValue(sort) is not null;

    /// <summary>Whether a tensor is looked at.</summary>
    public Func<string, bool> Selects(ParseResult parsed) => TensorSelection.Parse(parsed.GetValue(tensors), null).Selects;

    /// <summary>What the list is sorted by; null for names.</summary>
    public string? Key(ParseResult parsed) => parsed.GetValue(sort);
}
