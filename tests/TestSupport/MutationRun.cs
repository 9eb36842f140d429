using System.Diagnostics;
using System.Globalization;
using System.Text.RegularExpressions;
using Microsoft.VisualStudio.TestTools.UnitTesting;

namespace TaskArithmetic.TestSupport;

/// <summary>
/// Reads many damaged inputs and holds that each is taken or refused with a code: no other exception, no hang, no memory without bounds.
/// An input that breaks this is kept in a file that the failure names, so that it can become a test of its own.
/// </summary>
/// <param name="name">What is read, for the report.</param>
/// <param name="read">Reads one input.</param>
internal sealed class MutationRun(string name, Action<byte[]> read)
{
    private const int StackBytes = 1 << 20;
    private const long MostMemory = 300L << 20;
    private const int MostFailures = 10;

    private static readonly TimeSpan Slow = TimeSpan.FromSeconds(5);

    /// <summary>After this long a read counts as hung, however busy the machine.</summary>
    private static readonly TimeSpan Hung = TimeSpan.FromSeconds(60);

    private static readonly Regex Coded = new(@"\ATA\d{4}: \S", RegexOptions.CultureInvariant);

    private readonly string folder = Path.Combine(Path.GetTempPath(), "taskarithmetic-mutations", string.Concat(name.Where(char.IsLetterOrDigit)));
    private readonly List<string> failures = [];
    private int refused;
    private TimeSpan slowest;
    private long largest;

    /// <summary>Reads mutants 0 to <paramref name="count"/> and fails on the first ten that are not handled.</summary>
    /// <returns>A line with the counts.</returns>
    public string Require(Mutation mutation, int count) => Require(Enumerable.Range(0, count).Select(i => ($"mutant {i}", mutation.Make(i))));

    /// <summary>Reads named inputs and fails on the first ten that are not handled.</summary>
    /// <returns>A line with the counts.</returns>
    public string Require(IEnumerable<(string Name, byte[] Bytes)> inputs)
    {
        // What runs now lies in a file: a stack overflow ends the process, and only the file tells what did it.
        var running = Path.Combine(folder, $"running-{Environment.ProcessId}.bin");
        var count = 0;
        foreach (var (input, bytes) in inputs)
        {
            // Again and again, since whoever clears the folder for temporary files may do so now.
            Directory.CreateDirectory(folder);
            File.WriteAllBytes(running, bytes);
            count++;
            if (Try(bytes) is { } problem)
                failures.Add($"{input}: {problem}; kept as {Keep(input, bytes)}");
            if (failures.Count == MostFailures)
                break;
        }
        File.Delete(running);
        var summary = string.Create(CultureInfo.InvariantCulture,
            $"{name}: {count} mutations, {refused} refused with a code, {count - refused - failures.Count} taken, {failures.Count} not handled; slowest {slowest.TotalMilliseconds:0} ms, most memory {largest / 1e6:0.0} MB");
        Console.WriteLine(summary);
        Assert.IsEmpty(failures, summary + Environment.NewLine + string.Join(Environment.NewLine, failures));
        return summary;
    }

    private string? Try(byte[] bytes)
    {
        var (exception, time, allocated) = Run(bytes, null);
        // Again, since a busy machine can make anything slow once.
        if (time > Slow)
            (exception, time, allocated) = Run(bytes, null);
        slowest = time > slowest ? time : slowest;
        if (time > Slow)
            return $"it took {time.TotalSeconds:0.0} s";
        // What was allocated bounds what was held; only where that is much, what is held is looked at.
        if (allocated > MostMemory)
        {
            var most = 0L;
            Run(bytes, held => most = Math.Max(most, held));
            allocated = most;
        }
        largest = Math.Max(largest, allocated);
        if (allocated > MostMemory)
            return $"it held {allocated / 1e6:0} MB";
        // By name, since not every test project knows the type.
        if (exception?.GetType().Name == "DiagnosticException" && Coded.IsMatch(exception.Message))
            refused++;
        else if (exception is not null)
            return exception.ToString();
        return null;
    }

    private (Exception? Exception, TimeSpan Time, long Allocated) Run(byte[] bytes, Action<long>? held)
    {
        Exception? thrown = null;
        var (time, allocated) = (TimeSpan.Zero, 0L);
        // A small stack, so that depth without a limit shows.
        var thread = new Thread(() =>
        {
            var (before, started) = (GC.GetAllocatedBytesForCurrentThread(), Now());
            try
            {
                read(bytes);
            }
            catch (Exception e)
            {
                thrown = e;
            }
            (time, allocated) = (Now() - started, GC.GetAllocatedBytesForCurrentThread() - before);
        }, StackBytes)
        { IsBackground = true };
        var memory = held is null ? 0 : GC.GetTotalMemory(forceFullCollection: true);
        thread.Start();
        for (var waited = Stopwatch.StartNew(); !thread.Join(held is null ? Hung : TimeSpan.FromMilliseconds(20));)
        {
            held?.Invoke(GC.GetTotalMemory(forceFullCollection: true) - memory);
            if (waited.Elapsed > Hung)
                return (null, waited.Elapsed, 0);
        }
        return (thrown, time, allocated);
    }

    /// <summary>What the processor spent on this thread, where the system tells: on a busy machine the clock runs for others too.</summary>
    private static TimeSpan Now() => OperatingSystem.IsLinux()
        ? TimeSpan.FromMicroseconds(long.Parse(File.ReadAllText("/proc/thread-self/schedstat").Split(' ')[0], CultureInfo.InvariantCulture) / 1e3)
        : Stopwatch.GetElapsedTime(0);

    private string Keep(string input, byte[] bytes)
    {
        var path = Path.Combine(folder, string.Concat(input.Select(c => char.IsLetterOrDigit(c) ? c : '-')) + ".bin");
        File.WriteAllBytes(path, bytes);
        return path;
    }
}
