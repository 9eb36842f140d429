namespace TaskArithmetic.Streaming;

/// <summary>Runs chunks on several threads, handed out in file order.</summary>
internal static class ChunkLoop
{
    /// <summary>Processes every chunk; the first failure stops the others and is thrown.</summary>
    /// <param name="chunks">What to do, in order.</param>
    /// <param name="threads">How many threads to use.</param>
    /// <param name="createScratch">Makes one thread's buffers.</param>
    /// <param name="process">Does one chunk; the token also ends waits between threads.</param>
    /// <param name="release">Takes a thread's buffers when it is done.</param>
    /// <param name="cancellationToken">Stops between chunks.</param>
    public static void Run<TScratch>(
        IReadOnlyList<Chunk> chunks, int threads, Func<TScratch> createScratch, Action<Chunk, TScratch, CancellationToken> process, Action<TScratch> release,
        CancellationToken cancellationToken)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var next = -1;
        Exception? failure = null;
        var workers = Enumerable.Range(0, Math.Clamp(threads, 1, Math.Max(1, chunks.Count)))
            .Select(_ => Task.Factory.StartNew(Work, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default))
            .ToArray();
        Task.WaitAll(workers, CancellationToken.None);
        cancellationToken.ThrowIfCancellationRequested();
        if (failure is not null)
            System.Runtime.ExceptionServices.ExceptionDispatchInfo.Throw(failure);

        void Work()
        {
            try
            {
                var scratch = createScratch();
                for (int i; (i = Interlocked.Increment(ref next)) < chunks.Count && !stop.IsCancellationRequested;)
                    process(chunks[i], scratch, stop.Token);
                release(scratch);
            }
            catch (Exception e)
            {
                // Cancellations that follow from another thread's failure must not hide it.
                if (e is not OperationCanceledException)
                    Interlocked.CompareExchange(ref failure, e, null);
                stop.Cancel();
            }
        }
    }
}
