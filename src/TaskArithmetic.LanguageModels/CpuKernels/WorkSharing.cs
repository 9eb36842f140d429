namespace TaskArithmetic.LanguageModels.CpuKernels;

/// <summary>Spreads rows of work over threads. How rows are cut never changes a result.</summary>
internal sealed class WorkSharing(int threads)
{
    /// <summary>Work, in multiplications, that is not worth waking another thread for.</summary>
    private const long SmallWork = 1 << 17;

    /// <summary>More parts than threads, so that a thread that is held up delays the others little.</summary>
    private const int PartsPerThread = 4;

    private readonly ParallelOptions options = new() { MaxDegreeOfParallelism = threads };

    /// <summary>Calls <paramref name="body"/> with ranges that cover all rows, each beginning at a multiple of <paramref name="tile"/>.</summary>
    public void Run(int rows, long workPerRow, int tile, Action<int, int> body)
    {
        var work = rows * workPerRow;
        if (threads == 1 || work <= SmallWork)
        {
            body(0, rows);
            return;
        }
        var parts = (int)Math.Min(threads * PartsPerThread, Math.Max(threads, work / SmallWork));
        var size = (rows + parts - 1) / parts;
        size = (size + tile - 1) / tile * tile;
        parts = (rows + size - 1) / size;
        Parallel.For(0, parts, options, part => body(part * size, Math.Min(rows, (part + 1) * size)));
    }
}
