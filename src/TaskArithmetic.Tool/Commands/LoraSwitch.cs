using System.CommandLine;
using TaskArithmetic.Diagnostics;
using TaskArithmetic.Extraction;
using TaskArithmetic.Safetensors;
using TaskArithmetic.Tool.Terminal;

namespace TaskArithmetic.Tool.Commands;

/// <summary>The options of <c>extract</c> that make an adapter of the difference.</summary>
internal sealed class LoraSwitch
{
    private readonly Option<bool> lora = new("--lora") { Description = "Write a PEFT folder of low-rank factors instead of a vector; --output is then a folder." };
    private readonly Option<int?> rank = new("--rank") { HelpName = "R", Description = "With --lora: singular values that each matrix keeps." };
    private readonly Option<double?> energy = CommonOptions.Number("--energy", "With --lora: share of the squared singular values that each matrix keeps, above 0 to 1.");
    private readonly Option<bool> noDistributeScale = new("--no-distribute-scale") { Description = "With --lora: A = S·Vt and B = U; else the roots of S go to both." };
    private readonly Option<double?> epsilon = CommonOptions.Number("--sv-epsilon", "With --lora: drop singular values up to this (default: 0).");
    private readonly Option<bool> embedLora = new("--embed-lora") { Description = "With --lora: factors for embedding and head too; else they are stored whole." };
    private readonly Option<string[]> exclude = new("--exclude-regex") { HelpName = "REGEX", Description = "With --lora: leave out modules whose name this matches; repeatable.", Arity = ArgumentArity.OneOrMore };
    private readonly Option<bool> skip = new("--skip-undecomposable") { Description = "With --lora: leave out what has no factors instead of storing it whole." };

    private IEnumerable<Option> Others => [rank, energy, noDistributeScale, epsilon, embedLora, exclude, skip];

    public void AddTo(Command command)
    {
        foreach (var option in Others.Prepend(lora))
            command.Options.Add(option);
    }

    /// <summary>Whether an adapter is asked for.</summary>
    /// <exception cref="DiagnosticException">TA2023: an option of adapters stands without --lora.</exception>
    public bool IsOn(ParseResult parsed)
    {
        if (!parsed.GetValue(lora) && Others.FirstOrDefault(o => parsed.GetResult(o) is { Implicit: false }) is { } alone)
            throw new DiagnosticException(ToolDiagnostics.Usage("extract", $"{alone.Name} belongs to --lora", alone.Name));
        return parsed.GetValue(lora);
    }

    /// <summary>What the options say.</summary>
    public LoraOptions Options(ParseResult parsed, DType? dtype, Action<long> starting, IProgress<long> progress) => new()
    {
        Rank = parsed.GetValue(rank),
        Energy = parsed.GetValue(energy),
        DistributeScale = !parsed.GetValue(noDistributeScale),
        SingularValueEpsilon = parsed.GetValue(epsilon) ?? 0,
        EmbedLora = parsed.GetValue(embedLora),
        Excluded = parsed.GetValue(exclude) ?? [],
        SkipUndecomposable = parsed.GetValue(skip),
        DType = dtype ?? DType.F32,
        Starting = starting,
        Progress = progress,
    };

    /// <summary>Prints what became of the difference.</summary>
    public static void Print(ToolTerminal terminal, LoraReport report)
    {
        var ranks = report.Modules.Where(m => m.Rank > 0).Select(m => m.Rank).ToList();
        if (ranks.Count > 0)
            terminal.Line($"{ranks.Count} matrices, rank {(ranks.Min() == ranks.Max() ? $"{ranks[0]}" : $"{ranks.Min()} to {ranks.Max()}")}, energy kept {Amount.Percent(report.KeptEnergy)}, relative error {Amount.Short(report.RelativeError)}");
        if (report.Saved.Count > 0)
            terminal.Line($"{report.Saved.Count} tensors stored whole: {Listing.Of(report.Saved)}");
        if (report.LeftOut.Count > 0)
            terminal.Line($"{report.LeftOut.Count} tensors that differ are left out as asked: {Listing.Of(report.LeftOut)}");
        if (report.Modules.MaxBy(m => m.RelativeError) is { RelativeError: > 0 } worst)
            terminal.Line($"least well kept: {worst.Name}, energy {Amount.Percent(worst.KeptEnergy)} with rank {worst.Rank} of {worst.FullRank}");
        terminal.Line($"adapter, {Amount.Bytes(report.Bytes)} -> {Path.GetDirectoryName(report.Files[0])}");
    }
}
