using TaskArithmetic.Diagnostics;

namespace TaskArithmetic.Faults.Tests.Kills;

/// <summary>A verb that is killed while it replaces an output: what stands there before, how it runs, what must be visible at any time.</summary>
internal abstract class KillCase : IDisposable
{
    private const string Neighbour = "notes of the user.txt";
    private const string NeighboursWork = ".model.v2.0123456789abcdef.partial";

    private IReadOnlyDictionary<string, string> before = new Dictionary<string, string>();
    private IReadOnlyDictionary<string, string> after = new Dictionary<string, string>();
    private IReadOnlyList<string> namesAfter = [];

    public KillFolder Folder { get; } = new();

    /// <summary>The command line of the run that is killed.</summary>
    public abstract IReadOnlyList<string> Arguments { get; }

    /// <summary>Makes what stands there before.</summary>
    protected abstract void MakeBefore();

    /// <summary>The run again, to a good end.</summary>
    protected abstract void RunAgain();

    /// <summary>The files that a reader of the output sees now, with their digests; none where there is no output.</summary>
    /// <exception cref="InvalidDataException">A reader would stumble.</exception>
    protected abstract IReadOnlyDictionary<string, string> Visible();

    /// <summary>Makes the state before, remembers it, and learns what comes after.</summary>
    public void Prepare()
    {
        File.WriteAllText(Path.Combine(Folder.Parent, Neighbour), "precious");
        Directory.CreateDirectory(Path.Combine(Folder.Parent, NeighboursWork));
        File.WriteAllText(Path.Combine(Folder.Parent, NeighboursWork, "work"), "of another output");
        MakeBefore();
        before = Visible();
        Folder.Keep();
        RunAgain();
        after = Visible();
        namesAfter = KillFolder.NamesIn(Folder.Parent);
        Folder.Restore();
    }

    /// <summary>Looks at what a kill left, then runs to a good end and looks again.</summary>
    public IReadOnlyList<KillFault> Judge()
    {
        var found = new List<KillFault>();
        found.AddRange(Guarded(JudgeNow));
        found.AddRange(Guarded(() =>
        {
            RunAgain();
            return JudgeAfterwards();
        }));
        Folder.Restore();
        return found;
    }

    /// <summary>What is wrong right after a kill.</summary>
    protected virtual IEnumerable<KillFault> JudgeNow()
    {
        var now = Visible();
        if (now.Count == 0 && before.Count > 0)
            yield return new KillFault(KillFaultKind.Lost, "the output is gone");
        else if (!Same(now, before) && !Same(now, after))
            yield return new KillFault(KillFaultKind.Wrong, $"neither the old nor the new is visible: {string.Join(' ', now.Keys)}");
        foreach (var lost in LostOfNeighbours())
            yield return lost;
    }

    /// <summary>What is wrong after the next good run.</summary>
    protected virtual IEnumerable<KillFault> JudgeAfterwards()
    {
        if (!Same(Visible(), after))
            yield return new KillFault(KillFaultKind.Wrong, "the next good run gives something else");
        foreach (var stays in KillFolder.NamesIn(Folder.Parent).Except(namesAfter).Concat(Folder.UnfinishedInCache()))
            yield return new KillFault(KillFaultKind.LeftOver, stays);
        foreach (var lost in LostOfNeighbours())
            yield return lost;
    }

    public void Dispose() => Folder.Dispose();

    protected IEnumerable<KillFault> LostOfNeighbours()
    {
        foreach (var file in (string[])[Neighbour, Path.Combine(NeighboursWork, "work")])
        {
            if (!File.Exists(Path.Combine(Folder.Parent, file)))
                yield return new KillFault(KillFaultKind.Lost, file);
        }
    }

    protected static bool Same(IReadOnlyDictionary<string, string> a, IReadOnlyDictionary<string, string> b) =>
        a.Count == b.Count && a.All(pair => b.TryGetValue(pair.Key, out var other) && other == pair.Value);

    private static IReadOnlyList<KillFault> Guarded(Func<IEnumerable<KillFault>> judge)
    {
        try
        {
            return [.. judge()];
        }
        catch (Exception e) when (e is DiagnosticException or IOException or UnauthorizedAccessException or InvalidDataException)
        {
            return [new KillFault(KillFaultKind.Wrong, e.Message)];
        }
    }
}
