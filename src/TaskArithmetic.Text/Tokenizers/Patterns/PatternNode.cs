namespace TaskArithmetic.Text.Tokenizers.Patterns;

/// <summary>A part of a regular expression, as a backtracking matcher runs through it.</summary>
internal abstract record PatternNode
{
    /// <summary>What it costs at one place of a text of n characters.</summary>
    public abstract PatternCost Cost(double n);
}

/// <summary>Upper bounds of what a part costs at one place.</summary>
/// <param name="CanFail">Whether there are texts at which it does not match.</param>
/// <param name="Ways">In how many ways it matches.</param>
/// <param name="Fail">Steps until it has failed in all ways.</param>
/// <param name="Alone">Steps until it has matched in one way, which nothing after it undoes.</param>
/// <param name="Followed">Steps until it has matched in all ways, since what follows can fail.</param>
internal readonly record struct PatternCost(bool CanFail, double Ways, double Fail, double Alone, double Followed);

/// <summary>A character, a class or an assertion that looks at one place.</summary>
internal sealed record PatternAtom : PatternNode
{
    public override PatternCost Cost(double n) => new(true, Ways: 1, Fail: 1, Alone: 0, Followed: 0);
}

/// <summary>Parts one after another.</summary>
internal sealed record PatternChain(IReadOnlyList<PatternNode> Parts) : PatternNode
{
    public override PatternCost Cost(double n)
    {
        PatternCost[] costs = [.. Parts.Select(part => part.Cost(n))];
        var last = Array.FindLastIndex(costs, cost => cost.CanFail);
        double reached = 1, fail = 0, alone = 0, followed = 0;
        for (var i = 0; i < costs.Length; i++)
        {
            var all = reached * Math.Max(costs[i].Followed, costs[i].Fail);
            followed += all;
            // From the last part that can fail on, all goes through once; it fails as often as it is reached.
            fail += i < last ? all : i == last ? reached * costs[i].Fail : 0;
            alone += i < last ? all : i == last ? (reached * costs[i].Fail) + costs[i].Alone : costs[i].Alone;
            reached *= costs[i].Ways;
        }
        return new(last >= 0, reached, fail, alone, followed);
    }
}

/// <summary>Parts to choose from, the first that matches.</summary>
internal sealed record PatternChoice(IReadOnlyList<PatternNode> Options) : PatternNode
{
    public override PatternCost Cost(double n)
    {
        PatternCost[] costs = [.. Options.Select(option => option.Cost(n))];
        var fail = costs.Sum(cost => cost.Fail) + costs.Length;
        // Not Enumerable.Max, which passes over what is no number.
        var alone = costs.Select(cost => cost.Alone).Aggregate(Math.Max);
        return new(costs.All(cost => cost.CanFail), costs.Sum(cost => cost.Ways), fail, fail + alone, costs.Sum(cost => cost.Followed) + costs.Length);
    }
}

/// <summary>A part several times over.</summary>
/// <param name="Body">The part.</param>
/// <param name="Least">How often at least.</param>
/// <param name="Most">How often at most; infinity where only the text ends it.</param>
internal sealed record PatternRepeat(PatternNode Body, double Least, double Most) : PatternNode
{
    public override PatternCost Cost(double n)
    {
        var body = Body.Cost(n);
        double most = Math.Min(Most, n), least = Math.Min(Least, n);
        // Each round leaves a step back, and the last one fails; where rounds match in several ways, any may.
        double Undone(double times) => body.Ways <= 1
            ? 1 + (times * (body.Followed + 1)) + body.Fail
            : 1 + (Sum(body.Ways, 0, times) * (Math.Max(body.Followed, body.Fail) + 1));
        return new(
            Least > 0 && body.CanFail, Sum(body.Ways, least, most),
            Fail: Least == 0 ? 0 : Least == 1 ? body.Fail : Undone(least),
            Alone: Least > 1 ? Undone(most) : 1 + (most * body.Alone) + body.Fail,
            Followed: Undone(most));
    }

    private static double Sum(double ratio, double from, double to) =>
        ratio <= 1 ? to - from + 1 : double.IsInfinity(ratio) ? ratio : (Math.Pow(ratio, to + 1) - Math.Pow(ratio, from)) / (ratio - 1);
}

/// <summary>A part that is left for good once it has matched: lookaround, atomic groups, possessive repetition.</summary>
/// <param name="Body">The part.</param>
/// <param name="IsBehind">Whether it looks back, beginning at every place before where its length varies.</param>
internal sealed record PatternCut(PatternNode Body, bool IsBehind = false) : PatternNode
{
    public override PatternCost Cost(double n)
    {
        var body = Body.Cost(n);
        // What it passes over costs time, though no steps back, so a part that is repeated before it must not do that each time.
        var steps = (IsBehind && body.Ways > 1 ? n + 1 : 1) * (body.Followed + body.Fail);
        return new(true, 1, steps, steps, steps);
    }
}
