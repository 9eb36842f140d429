using System.Collections.Concurrent;

namespace TaskArithmetic.Evaluation.Execution;

/// <summary>Runs programs under one confinement, several at a time.</summary>
internal sealed class ProgramExecutor(IConfinement confinement, ProgramLimits limits, int workers, string pythonVersion) : IProgramExecutor
{
    public string Name => confinement.Name;

    public string PythonVersion => pythonVersion;

    public Task<IReadOnlyList<ProgramOutcome>> ExecuteAsync(IReadOnlyList<string> programs, CancellationToken cancellationToken) =>
        RunAllAsync(programs, (folder, program) => ProgramProcess.RunAsync(confinement, folder, program, limits, cancellationToken), cancellationToken);

    public Task<IReadOnlyList<ProgramOutcome>> JudgeAsync(IReadOnlyList<JudgedProgram> programs, CancellationToken cancellationToken) =>
        RunAllAsync(programs, (folder, program) => ProgramProcess.JudgeAsync(confinement, folder, program, limits, cancellationToken), cancellationToken);

    private async Task<IReadOnlyList<ProgramOutcome>> RunAllAsync<TProgram>(
        IReadOnlyList<TProgram> programs, Func<string, TProgram, Task<ProgramOutcome>> run, CancellationToken cancellationToken)
    {
        var folder = Directory.CreateTempSubdirectory("taskarithmetic-programs-");
        try
        {
            confinement.Prepare(folder.FullName);
            var outcomes = new ProgramOutcome[programs.Count];
            var waiting = new ConcurrentQueue<int>(Enumerable.Range(0, programs.Count));
            await Task.WhenAll(Enumerable.Range(0, Math.Min(workers, programs.Count)).Select(_ => OnOwnThread(() =>
            {
                while (!cancellationToken.IsCancellationRequested && waiting.TryDequeue(out var index))
                    outcomes[index] = run(folder.FullName, programs[index]).GetAwaiter().GetResult();
            })));
            cancellationToken.ThrowIfCancellationRequested();
            return outcomes;
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    // The kernel sends bubblewrap its end (--die-with-parent) when the thread that started it ends, not the process.
    // Threads of the pool come and go, so each worker keeps one of its own for as long as its programs run.
    private static Task OnOwnThread(Action work) =>
        Task.Factory.StartNew(work, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
}
