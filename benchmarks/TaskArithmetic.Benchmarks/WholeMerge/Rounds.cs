using System.Globalization;

namespace TaskArithmetic.Benchmarks.WholeMerge;

/// <summary>Something that is measured.</summary>
/// <param name="Name">What it is.</param>
/// <param name="Run">Does it once.</param>
internal sealed record Contestant(string Name, Func<Measured> Run)
{
    /// <summary>What is not measured.</summary>
    public Action Prepare { get; init; } = () => { };
}

/// <summary>One run.</summary>
/// <param name="Seconds">By the clock, from start to end.</param>
/// <param name="ProcessorSeconds">Of all threads, user and system.</param>
/// <param name="PeakAnonymous">Peak of anonymous memory in bytes; 0 where it was not measured.</param>
internal readonly record struct Measured(double Seconds, double ProcessorSeconds, long PeakAnonymous);

/// <summary>Runs all contestants in turn, as often as asked, after one round that is not counted; the first is the floor.</summary>
internal sealed class Rounds(IReadOnlyList<Contestant> contestants, int rounds)
{
    public void Run()
    {
        var runs = contestants.Select(_ => new List<Measured>()).ToList();
        for (var round = -1; round < rounds; round++)
        {
            for (var i = 0; i < contestants.Count; i++)
            {
                contestants[i].Prepare();
                var measured = contestants[i].Run();
                if (round >= 0)
                    runs[i].Add(measured);
            }
        }
        Console.WriteLine($"{"",-52} {"seconds",-20} {"ratio to floor",-20} {"processor s",-12} anonymous MiB");
        for (var i = 0; i < contestants.Count; i++)
        {
            var ratios = runs[i].Zip(runs[0], (run, floor) => run.Seconds / floor.Seconds);
            var memory = runs[i].Max(r => r.PeakAnonymous) / (1024.0 * 1024);
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
                $"{contestants[i].Name,-52} {Summary(runs[i].Select(r => r.Seconds)),-20} {Summary(ratios),-20} {Median(runs[i].Select(r => r.ProcessorSeconds)),-12:0.00} {(memory > 0 ? memory.ToString("0", CultureInfo.InvariantCulture) : "")}"));
        }
    }

    private static string Summary(IEnumerable<double> values)
    {
        var sorted = values.Order().ToList();
        return string.Create(CultureInfo.InvariantCulture, $"{Median(sorted):0.00} [{sorted[0]:0.00}, {sorted[^1]:0.00}]");
    }

    private static double Median(IEnumerable<double> values)
    {
        var sorted = values.Order().ToList();
        return sorted[sorted.Count / 2];
    }
}
