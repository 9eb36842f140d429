namespace TaskArithmetic.Evaluation.Statistics;

/// <summary>
/// Exact bounds of the difference of two proportions on the same items. Items won and lost are one draw of a trinomial; a bound
/// is the difference at which an outcome at least as extreme as the one seen has probability alpha, whatever the share of items
/// that change (the largest over all shares counts). Outcomes are ranked by the score statistic with restricted
/// maximum-likelihood estimates. Without a changed item among n the bounds are ±(1 − alpha^(1/n)).
/// Source: H. Hsueh, J.-P. Liu and J. J. Chen, Biometrics 57 (2001); statistic: T. Tango, Statistics in Medicine 17 (1998).
/// </summary>
internal static class ExactPairedInterval
{
    // 2 / 2^18 is below a thousandth of a percentage point.
    private const int Halvings = 18;

    /// <summary>The bounds, each with confidence 1 − alpha at least.</summary>
    /// <param name="count">Items, n, at least 1.</param>
    /// <param name="wins">Items won, b.</param>
    /// <param name="losses">Items lost, c.</param>
    /// <param name="alpha">One-sided level of each bound.</param>
    public static ConfidenceInterval Of(int count, int wins, int losses, double alpha)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(count, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(wins + losses, count);
        return new(Lower(count, wins, losses, alpha), -Lower(count, losses, wins, alpha));
    }

    /// <summary>The difference up to which the test rejects, taken from the safe side.</summary>
    private static double Lower(int count, int wins, int losses, double alpha)
    {
        double low = -1, high = (double)(wins - losses) / count;
        for (var i = 0; i < Halvings && low < high; i++)
        {
            var middle = (low + high) / 2;
            if (Exceeds(count, wins, losses, middle, alpha))
                high = middle;
            else
                low = middle;
        }
        return low;
    }

    /// <summary>Whether some share of changed items makes outcomes as good as the one seen likelier than alpha, if the true difference is <paramref name="difference"/>.</summary>
    private static bool Exceeds(int count, int wins, int losses, double difference, double alpha)
    {
        var needed = WinsNeeded(count, Score(wins, losses, count, difference) - 1e-9, difference);
        var steps = count > 2000 ? 48 : 96;
        var smallest = Math.Abs(difference);
        // Denser where few items change, which is where the probability bends most.
        double At(double step) => smallest + (1 - smallest) * (step / steps) * (step / steps);
        double best = 0, bestStep = 0;
        for (var step = 0; step <= steps; step++)
        {
            if (Probability(At(step)) is var probability && probability > alpha)
                return true;
            if (probability > best)
                (best, bestStep) = (probability, step);
        }
        // The peak lies between two points of the grid.
        var (left, right) = (Math.Max(0, bestStep - 1), Math.Min(steps, bestStep + 1));
        for (var i = 0; i < 12; i++)
        {
            var (first, second) = (left + (right - left) / 3, right - (right - left) / 3);
            var (atFirst, atSecond) = (Probability(At(first)), Probability(At(second)));
            if (atFirst > alpha || atSecond > alpha)
                return true;
            (left, right) = atFirst < atSecond ? (first, right) : (left, second);
        }
        return false;

        // Over the number k of changed items, Binomial(n, share), and the wins among them, Binomial(k, (share + d) / 2 share).
        double Probability(double share)
        {
            var winShare = share == 0 ? 0.5 : Math.Clamp((share + difference) / (2 * share), 0, 1);
            var reach = 7 * Math.Sqrt(count * share * (1 - share)) + 12;
            var (from, to) = (Math.Max(0, (int)(count * share - reach)), Math.Min(count, (int)(count * share + reach)));
            var sum = 0.0;
            for (var changed = from; changed <= to; changed++)
                sum += BinomialDistribution.Probability(changed, count, share) * BinomialDistribution.UpperTail(needed[changed], changed, winShare);
            return sum;
        }
    }

    /// <summary>For each number of changed items the fewest wins that rank with the outcome seen or above it; one more than all where none do.</summary>
    private static int[] WinsNeeded(int count, double score, double difference)
    {
        var needed = new int[count + 1];
        var wins = 0;
        for (var changed = 0; changed <= count; changed++)
        {
            // One loss more never lifts the rank, so the border only rises.
            while (wins <= changed && Score(wins, changed - wins, count, difference) < score)
                wins++;
            needed[changed] = wins;
        }
        return needed;
    }

    /// <summary>
    /// (b − c − n·d) / sqrt(n (2p + d − d²)), where p is the likeliest share of losses if the difference is d: the larger root of
    /// 2n·p² − (b + c + d (b − c − 2n))·p − c·d (1 − d) = 0.
    /// </summary>
    internal static double Score(int wins, int losses, int count, double difference)
    {
        var linear = wins + losses + difference * (wins - losses - 2.0 * count);
        var root = Math.Sqrt(Math.Max(0, linear * linear + 8.0 * count * losses * difference * (1 - difference)));
        var lossShare = Math.Max(Math.Max(0, -difference), (linear + root) / (4.0 * count));
        var excess = wins - losses - count * difference;
        return Math.Abs(excess) < 1e-12 ? 0 : excess / Math.Sqrt(count * Math.Max(0, 2 * lossShare + difference - difference * difference));
    }
}
