namespace TaskArithmetic.LanguageModels.CpuKernels;

/// <summary>
/// Spreads work over threads that wait for it spinning for a moment, then sleeping: a step hands out some two hundred
/// pieces, each of which takes less time than it takes to wake a thread. How work is cut never changes a result.
/// </summary>
internal sealed class WorkSharing : IDisposable
{
    /// <summary>Work, in multiplications, that is not worth handing out.</summary>
    private const long SmallWork = 1 << 16;

    /// <summary>Work of a part, where there is enough for all threads: many parts, so that a thread that is held up delays the others little.</summary>
    private const long PartWork = 1 << 21;

    private const int MostPartsPerThread = 16;

    /// <summary>Spins before sleeping: some fifty microseconds.</summary>
    private const int Spins = 2000;

    private readonly Lock calling = new();
    private readonly object sleeping = new();
    private readonly Thread[] helpers;
    private Action<int, int> body = (_, _) => { };
    private int items;
    private int size;
    private int next;
    private int busy;
    private volatile int turn;
    private volatile int sleepers;
    private volatile bool ended;

    public WorkSharing(int threads)
    {
        helpers = [.. Enumerable.Range(1, threads - 1).Select(i => new Thread(Help) { IsBackground = true, Name = $"TaskArithmetic kernels {i}" })];
        foreach (var helper in helpers)
            helper.Start();
    }

    /// <summary>Calls <paramref name="body"/>, which must not throw, with ranges that cover all items, each beginning at a multiple of <paramref name="tile"/>.</summary>
    public void Run(int items, long workPerItem, int tile, Action<int, int> body)
    {
        var work = items * workPerItem;
        if (helpers.Length == 0 || work <= SmallWork)
        {
            body(0, items);
            return;
        }
        lock (calling)
        {
            var parts = (helpers.Length + 1) * (int)Math.Clamp(work / PartWork / (helpers.Length + 1), 1, MostPartsPerThread);
            (this.body, this.items, next, busy) = (body, items, 0, helpers.Length);
            size = ((items + parts - 1) / parts + tile - 1) / tile * tile;
            turn++;
            if (sleepers > 0)
                Wake();
            TakeParts();
            var wait = new SpinWait();
            while (Volatile.Read(ref busy) > 0)
                wait.SpinOnce(sleep1Threshold: -1);
        }
    }

    public void Dispose()
    {
        ended = true;
        turn++;
        Wake();
        foreach (var helper in helpers)
            helper.Join();
    }

    private void TakeParts()
    {
        for (var first = Interlocked.Add(ref next, size) - size; first < items; first = Interlocked.Add(ref next, size) - size)
            body(first, Math.Min(items, first + size));
    }

    private void Help()
    {
        for (var seen = 0; !ended;)
        {
            for (var spin = 0; turn == seen && spin < Spins; spin++)
                Thread.SpinWait(1);
            while (turn == seen)
                Sleep(seen);
            seen = turn;
            if (ended)
                return;
            TakeParts();
            Interlocked.Decrement(ref busy);
        }
    }

    private void Sleep(int seen)
    {
        lock (sleeping)
        {
            // Counted before the last look: a turn that begins after it finds a sleeper and wakes it.
            sleepers++;
            Interlocked.MemoryBarrier();
            if (turn == seen)
                Monitor.Wait(sleeping);
            sleepers--;
        }
    }

    private void Wake()
    {
        lock (sleeping)
            Monitor.PulseAll(sleeping);
    }
}
