using System.CommandLine;
using System.CommandLine.Help;
using TaskArithmetic.Methods;
using TaskArithmetic.Tool.Commands;

namespace TaskArithmetic.Tool.CommandLine;

/// <summary>All verbs.</summary>
internal static class Verbs
{
    private static readonly string[] Examples =
    [
        "merge --base models/target --output out/model \\\n      --vector \"models/grpo,minus=models/sft,alpha=0.7\"",
        "eval out/model --output out/scores --benchmark gsm8k",
        "merge --help",
    ];

    /// <param name="methods">The methods that recipes may name.</param>
    public static RootCommand Create(MergeMethods methods)
    {
        var root = new RootCommand("Puts reasoning vectors into language models: extract, merge, check, verify, evaluate.")
        {
            MergeCommand.Create(methods),
            ExtractCommand.Create(),
            CombineCommand.Create(methods),
            CompressCommand.Create(),
            ExportCommand.Create(),
            CheckCommand.Create(methods),
            InspectCommand.Create(),
            CompareCommand.Create(),
            VerifyCommand.Create(methods),
            EvalCommand.Create(),
            CacheCommand.Create(),
            RecipeCommand.Create(methods),
            MethodsCommand.Create(methods),
            DoctorCommand.Create(),
        };
        root.TreatUnmatchedTokensAsErrors = false;
        foreach (var command in root.Subcommands.Append(root))
            command.TreatUnmatchedTokensAsErrors = false;
        var option = root.Options.OfType<HelpOption>().Single();
        var help = new HelpWithExamples((HelpAction)option.Action!, Examples);
        option.Action = help;
        foreach (var command in root.Subcommands.Append(root).Where(c => c.Subcommands.Count > 0))
            command.SetAction(parsed => ShowInstead(parsed, help));
        return root;
    }

    /// <summary>A call without a verb did nothing, which scripts should notice; people get the help.</summary>
    private static int ShowInstead(ParseResult parsed, HelpWithExamples help)
    {
        help.Invoke(parsed);
        return ExitCode.Refused;
    }
}
