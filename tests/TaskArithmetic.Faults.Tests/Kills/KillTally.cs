namespace TaskArithmetic.Faults.Tests.Kills;

/// <summary>What kills have led to.</summary>
internal sealed class KillTally
{
    private readonly List<string> faults = [];

    public int Kills { get; private set; }

    public int Wrong { get; private set; }

    public int Lost { get; private set; }

    public int LeftOver { get; private set; }

    public IReadOnlyList<string> Faults => faults;

    public void Add(string where, IEnumerable<KillFault> found)
    {
        Kills++;
        foreach (var fault in found)
        {
            Wrong += fault.Kind == KillFaultKind.Wrong ? 1 : 0;
            Lost += fault.Kind == KillFaultKind.Lost ? 1 : 0;
            LeftOver += fault.Kind == KillFaultKind.LeftOver ? 1 : 0;
            faults.Add($"{where}: {fault.Kind}: {fault.What}");
        }
    }

    public void Add(KillTally other)
    {
        Kills += other.Kills;
        Wrong += other.Wrong;
        Lost += other.Lost;
        LeftOver += other.LeftOver;
        faults.AddRange(other.faults);
    }

    public override string ToString() => FormattableString.Invariant($"{Kills} kills, {Wrong} wrong, {Lost} lost, {LeftOver} left over");
}

/// <summary>What a kill must not lead to.</summary>
internal enum KillFaultKind
{
    /// <summary>Something visible is neither the old nor the new, or the next run does not make it right.</summary>
    Wrong,

    /// <summary>Something that was there is there no more.</summary>
    Lost,

    /// <summary>Something stays after the next good run.</summary>
    LeftOver,
}

/// <summary>One thing that a kill led to.</summary>
internal sealed record KillFault(KillFaultKind Kind, string What);
