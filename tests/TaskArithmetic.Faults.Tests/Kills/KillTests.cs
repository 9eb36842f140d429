using System.Globalization;
using Microsoft.VisualStudio.TestTools.UnitTesting;
using TaskArithmetic.TestSupport;

namespace TaskArithmetic.Faults.Tests.Kills;

/// <summary>
/// Whatever kills the tool, at whatever moment: what is visible is the old or the new, whole; the next good run is right and leaves nothing.
/// Short unless TASKARITHMETIC_KILLS says how many kills there shall be; from 300 on every call of every verb is one of them.
/// </summary>
[TestClass]
[RequiresShared("models/tiny-reasoner")]
[OSCondition(OperatingSystems.Linux | OperatingSystems.OSX)]
public sealed class KillTests
{
    private const int ShortForm = 30;
    private const int LongForm = 300;
    private const long OneFile = 5_000_000_000;
    private const long ManyFiles = 500_000;

    private static readonly Dictionary<string, Func<KillCase>> Cases = new(StringComparer.Ordinal)
    {
        ["merge"] = () => new MergeKill(useCache: true, over: false, OneFile),
        ["merge over a model"] = () => new MergeKill(useCache: true, over: true, OneFile),
        ["merge over a model, no cache, several files"] = () => new MergeKill(useCache: false, over: true, ManyFiles),
        ["extract over a vector"] = () => new ExtractKill(useCache: true, formerIsCut: false, newIsCut: false),
        ["extract several files over several"] = () => new ExtractKill(useCache: false, formerIsCut: true, newIsCut: true),
        ["extract several files over one"] = () => new ExtractKill(useCache: false, formerIsCut: false, newIsCut: true),
        ["extract one file over several"] = () => new ExtractKill(useCache: true, formerIsCut: true, newIsCut: false),
        ["combine"] = () => new CombineKill(useCache: true),
        ["combine, no cache"] = () => new CombineKill(useCache: false),
        ["compress"] = () => new CompressKill(),
        ["export"] = () => new ExportKill("f16", "q8_0"),
        ["export by llama.cpp"] = () => new ExportKill("q8_0", "q4_k_m"),
        ["lora"] = () => new LoraKill(),
        ["survey"] = () => new SurveyKill(useCache: true),
        ["survey, no cache"] = () => new SurveyKill(useCache: false),
        ["cache prune"] = () => new PruneKill(),
        ["verify --rebuild"] = () => new RebuildKill(),
        ["eval"] = () => new EvalKill(),
    };

    private static readonly KillTally Total = new();

    private static int Kills => int.TryParse(Environment.GetEnvironmentVariable("TASKARITHMETIC_KILLS"), NumberStyles.None, CultureInfo.InvariantCulture, out var asked) && asked > 0 ? asked : ShortForm;

    private static int Share => Math.Max(2, Kills / Cases.Count);

    public required TestContext TestContext { get; init; }

    /// <summary>All cases, or those whose name holds TASKARITHMETIC_KILLS_OF.</summary>
    public static IEnumerable<object[]> Names => Cases.Keys
        .Where(name => name.Contains(Environment.GetEnvironmentVariable("TASKARITHMETIC_KILLS_OF") ?? "", StringComparison.Ordinal))
        .Select(name => new object[] { name });

    [TestMethod]
    [DynamicData(nameof(Names))]
    public void Killed_at_any_moment_and_at_any_call_a_verb_leaves_the_old_or_the_new(string name)
    {
        var tally = new KillTally();
        using (var scene = Cases[name]())
        {
            scene.Prepare();
            if (KilledTool.WithoutStrace is { } reason)
                TestContext.WriteLine($"no kills at calls: {reason}");
            else
                KillAtCalls(scene, tally, Kills >= LongForm ? int.MaxValue : Share * 2 / 3);
            KillAtMoments(scene, tally, Math.Max(Share / 3, Share - tally.Kills));
        }
        Total.Add(tally);
        TestContext.WriteLine($"{name}: {tally}");
        TestContext.WriteLine($"so far: {Total}");
        Assert.IsEmpty(tally.Faults, $"{tally}\n{string.Join('\n', tally.Faults)}");
        Assert.IsPositive(tally.Kills, "nothing was killed in time, so this shows nothing");
    }

    [ClassCleanup]
    public static void Report(TestContext context)
    {
        context.WriteLine(Total.ToString());
        if (Environment.GetEnvironmentVariable("TASKARITHMETIC_KILLS_REPORT") is { Length: > 0 } report)
            File.WriteAllLines(report, [Total.ToString(), .. Total.Faults]);
    }

    /// <summary>Kills when the n-th call of a kind is entered: all of them, or some spread evenly.</summary>
    private static void KillAtCalls(KillCase scene, KillTally tally, int most)
    {
        var calls = KilledTool.CallsOf(scene.Folder, scene.Arguments);
        scene.Folder.Restore();
        Assert.IsNotEmpty(calls, "no call was seen");
        var step = Math.Max(1, calls.Count / (double)most);
        // From the end, where outputs are put into place.
        for (var at = calls.Count - 1d; at >= 0; at -= step)
        {
            var point = calls[(int)at];
            if (KilledTool.KillAtCall(scene.Folder, scene.Arguments, point))
                tally.Add($"{point.Call} {point.Number}", scene.Judge());
            else
                scene.Folder.Restore();
            if (tally.Kills == most)
                return;
        }
    }

    private static void KillAtMoments(KillCase scene, KillTally tally, int count)
    {
        var duration = KilledTool.Run(scene.Folder, scene.Arguments).Duration;
        scene.Folder.Restore();
        var random = new Random(20260115);
        var killed = 0;
        for (var attempt = 0; attempt < 3 * count && killed < count; attempt++)
        {
            // The runtime needs its time to start; there is nothing to kill before.
            var moment = duration * (0.2 + 0.8 * random.NextDouble());
            if (KilledTool.KillAfter(scene.Folder, scene.Arguments, moment))
            {
                killed++;
                tally.Add($"after {moment.TotalMilliseconds:0} ms", scene.Judge());
            }
            else
            {
                scene.Folder.Restore();
            }
        }
    }
}
