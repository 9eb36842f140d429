using System.Diagnostics;

namespace TaskArithmetic.Tool.Terminal;

/// <summary>Progress for logs: a line each tenth, and none for work that is over at once.</summary>
/// <param name="description">What is done.</param>
/// <param name="amount">Writes how much there is to do.</param>
/// <param name="log">Hears the lines.</param>
internal sealed class ProgressLines(string description, Func<double, string> amount, Action<string> log) : IProgress<long>
{
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);

    private readonly Lock gate = new();
    private readonly Stopwatch sinceLine = Stopwatch.StartNew();
    private long total, done;
    private int tenths;

    /// <summary>Says how much there is to do.</summary>
    public void Start(long whole) => total = whole;

    /// <inheritdoc/>
    public void Report(long value)
    {
        lock (gate)
        {
            done += value;
            var reached = total == 0 ? 0 : (int)Math.Min(10, done * 10 / total);
            if (reached <= tenths || sinceLine.Elapsed < Pause)
                return;
            tenths = reached;
            sinceLine.Restart();
            log($"{description}: {tenths * 10} % of {amount(total)}");
        }
    }
}
