using Spectre.Console;
using TaskArithmetic.Diagnostics;
using TaskArithmetic.Evaluation.Running;

namespace TaskArithmetic.Tool.Terminal;

/// <summary>
/// What a command says and where: results on standard output, as text or as one JSON value; findings on standard error in the canonical
/// form that MSBuild and editors read; a progress bar on a terminal, a line each tenth elsewhere.
/// </summary>
/// <param name="verb">The verb, as <c>cache prune</c>; empty before one is known.</param>
/// <param name="json">Whether the result is for machines.</param>
/// <param name="origin">What findings name.</param>
internal sealed class ToolTerminal(string verb, bool json, string origin)
{
    private const int MostOfOneKind = 10;
    private const int NarrowestTable = 80;

    private readonly List<Diagnostic> reported = [];
    private object? result;
    private IAnsiConsole? live;

    /// <summary>Columns that tables may take; what goes to a file or another program is never shortened.</summary>
    public static int TableWidth => Console.IsOutputRedirected ? int.MaxValue : Math.Max(NarrowestTable, Console.WindowWidth);

    /// <summary>Says a line of the log: above the bar where one is shown; machines read only results.</summary>
    public void Log(string line) => Write(json ? Console.Error : Console.Out, Printable.Of(line));

    /// <summary>Prints a line of the result.</summary>
    public void Line(string line = "") => Write(Console.Out, Printable.Of(line));

    /// <summary>Prints a table of the result.</summary>
    public void Table(TextTable table)
    {
        foreach (var line in table.Lines(TableWidth))
            Line(line);
    }

    /// <summary>Prints findings in canonical form; many of one kind, such as a wrong shape in every layer, are counted after the first few.</summary>
    /// <param name="findings">The findings.</param>
    /// <param name="all">Whether to print every one of them.</param>
    public void Report(IEnumerable<Diagnostic> findings, bool all = false)
    {
        var list = findings.ToList();
        reported.AddRange(list);
        var most = all ? int.MaxValue : MostOfOneKind;
        foreach (var kind in list.GroupBy(f => (f.Code, f.Severity)))
        {
            foreach (var finding in kind.Take(most))
                Write(Console.Error, finding.ToCanonicalString(origin));
            if (kind.Count() > most)
                Write(Console.Error, new Diagnostic(kind.Key.Code, kind.Key.Severity, $"and {kind.Count() - most} more of this kind (--json lists them all).").ToCanonicalString(origin));
        }
    }

    /// <summary>Gives a result: <paramref name="value"/> for machines, else whatever <paramref name="print"/> prints.</summary>
    public void Result(object value, Action print)
    {
        if (json)
            result = value;
        else
            print();
    }

    /// <summary>Runs work that reports how much it has done.</summary>
    /// <param name="description">What is done, in a word.</param>
    /// <param name="amount">Writes how much.</param>
    /// <param name="work">Takes what hears the whole amount, once it is known, and what hears each part.</param>
    public T Track<T>(string description, Func<double, string> amount, Func<Action<long>, IProgress<long>, T> work)
    {
        if (LiveConsole() is not { } console)
        {
            var lines = new ProgressLines(description, amount, json ? _ => { } : Log);
            return work(lines.Start, lines);
        }
        return WithLive(console, () => LiveProgress.Create(console, amount).Start(context =>
        {
            var task = context.AddTask(LiveProgress.Describe($"{description}: reading inputs"));
            task.IsIndeterminate = true;
            return work(
                total =>
                {
                    task.Description = LiveProgress.Describe(description);
                    task.MaxValue = Math.Max(1, total);
                    task.IsIndeterminate = false;
                },
                new DirectProgress<long>(amount => task.Increment(amount)));
        }));
    }

    /// <summary>Runs a benchmark run, showing its running scores.</summary>
    public async Task<T> TrackAsync<T>(string description, Func<IProgress<RunProgress>, Task<T>> work)
    {
        if (LiveConsole() is not { } console)
            return await work(new EvaluationLines(description, Log));
        return await WithLiveAsync(console, () => LiveProgress.Create(console, null).StartAsync(context =>
        {
            var task = context.AddTask(LiveProgress.Describe(description));
            task.IsIndeterminate = true;
            return work(new DirectProgress<RunProgress>(progress =>
            {
                task.IsIndeterminate = false;
                task.MaxValue = Math.Max(1, progress.Total);
                task.Value = progress.Completed;
                task.Description = LiveProgress.Describe($"{description} {EvaluationLines.Scores(progress)}".TrimEnd());
            }));
        }));
    }

    /// <summary>Runs a command's body, turning what it throws into findings and an exit code; machines get one value whatever happens.</summary>
    public async Task<int> RunAsync(Func<Task<int>> body)
    {
        var exitCode = await OutcomeAsync(body);
        if (json)
            await Console.Out.WriteLineAsync(JsonResult.Write(verb, exitCode, reported, result));
        return exitCode;
    }

    /// <summary>As <see cref="RunAsync(Func{Task{int}})"/>, for work that does not wait.</summary>
    public Task<int> RunAsync(Func<int> body) => RunAsync(() => Task.Run(body));

    private async Task<int> OutcomeAsync(Func<Task<int>> body)
    {
        try
        {
            return await body();
        }
        catch (Exception e)
        {
            var causes = e is AggregateException several ? several.Flatten().InnerExceptions.ToList() : [e];
            if (causes.Any(c => c is OperationCanceledException))
            {
                Write(Console.Error, $"{ToolDiagnostics.Origin}: cancelled; nothing half-written is left visible");
                return ExitCode.Cancelled;
            }
            var findings = causes.SelectMany(c => c is DiagnosticException known ? known.Diagnostics : [MethodContext.Culprit(c) is { } assembly ? ToolDiagnostics.MethodFailed(assembly, c) : ToolDiagnostics.Internal(c)]).Distinct().ToList();
            Report(findings);
            if (Environment.GetEnvironmentVariable(ToolDiagnostics.TraceVariable) is { Length: > 0 })
                await Console.Error.WriteLineAsync(e.ToString());
            return ExitCode.For(findings);
        }
    }

    /// <summary>Writes a line where it belongs; both streams are the terminal where a bar is shown, and only the bar's console writes above it.</summary>
    private void Write(TextWriter writer, string line)
    {
        if (live is { } console)
            console.Write(new Spectre.Console.Text(line + "\n") { Overflow = Overflow.Fold });
        else
            writer.WriteLine(line);
    }

    /// <summary>The console of a live bar, or null where nobody watches or the terminal cannot move its cursor.</summary>
    private IAnsiConsole? LiveConsole()
    {
        if (json || Console.IsErrorRedirected || Console.IsOutputRedirected)
            return null;
        var console = AnsiConsole.Create(new AnsiConsoleSettings { Out = new AnsiConsoleOutput(Console.Error) });
        return console.Profile.Capabilities is { Ansi: true, Interactive: true } ? console : null;
    }

    private T WithLive<T>(IAnsiConsole console, Func<T> work)
    {
        live = console;
        try
        {
            return work();
        }
        finally
        {
            live = null;
        }
    }

    private async Task<T> WithLiveAsync<T>(IAnsiConsole console, Func<Task<T>> work)
    {
        live = console;
        try
        {
            return await work();
        }
        finally
        {
            live = null;
        }
    }

    public sealed class DirectProgress<T>(Action<T> report) : IProgress<T>
    {
        public void Report(T value) => report(value);
    }
}
