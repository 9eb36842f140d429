using System.Text.Json;
using System.Text.Json.Serialization;
using Spectre.Console;
using TaskArithmetic.Diagnostics;
using TaskArithmetic.Evaluation.Running;

namespace TaskArithmetic.Tool.Terminal;

/// <summary>
/// What a command says and where: results on standard output, as text or as one JSON value; findings on standard error in the canonical
/// form that MSBuild and editors read; a progress bar on a terminal, a line each tenth elsewhere.
/// </summary>
internal sealed class ToolTerminal(bool json, string origin)
{
    private const int MostOfOneKind = 10;

    private static readonly JsonSerializerOptions JsonOptions = new()
    {
        WriteIndented = true,
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
        NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals,
        Converters = { new JsonStringEnumConverter(JsonNamingPolicy.CamelCase) },
    };

    /// <summary>Whether results are for machines.</summary>
    public bool Json => json;

    /// <summary>Says a line of the log; machines read only results.</summary>
    public void Log(string line)
    {
        if (json)
            Console.Error.WriteLine(line);
        else
            Console.Out.WriteLine(line);
    }

    /// <summary>Prints findings in canonical form; many of one kind, such as a wrong shape in every layer, are counted after the first few.</summary>
    public void Report(IEnumerable<Diagnostic> findings)
    {
        foreach (var kind in findings.GroupBy(f => (f.Code, f.Severity)))
        {
            foreach (var finding in kind.Take(MostOfOneKind))
                Console.Error.WriteLine(finding.ToCanonicalString(origin));
            if (kind.Count() > MostOfOneKind)
                Console.Error.WriteLine(new Diagnostic(kind.Key.Code, kind.Key.Severity, $"and {kind.Count() - MostOfOneKind} more of this kind (--json lists them all).").ToCanonicalString(origin));
        }
    }

    /// <summary>Prints a result: <paramref name="value"/> for machines, else whatever <paramref name="print"/> prints.</summary>
    public void Result(object value, Action print)
    {
        if (json)
            Console.Out.WriteLine(JsonSerializer.Serialize(value, value.GetType(), JsonOptions));
        else
            print();
    }

    /// <summary>Runs work that reports the bytes it has done.</summary>
    public T Track<T>(string description, Func<Action<long>, IProgress<long>, T> work)
    {
        if (json || Console.IsErrorRedirected || Console.IsOutputRedirected)
        {
            var lines = new ProgressLines(description, json ? _ => { } : Log);
            return work(lines.Start, lines);
        }
        var console = AnsiConsole.Create(new AnsiConsoleSettings { Out = new AnsiConsoleOutput(Console.Error) });
        return console.Progress()
            .Columns(new TaskDescriptionColumn(), new ProgressBarColumn(), new PercentageColumn(), new DownloadedColumn(), new TransferSpeedColumn(), new RemainingTimeColumn())
            .Start(context =>
            {
                var task = context.AddTask(description.EscapeMarkup(), autoStart: false);
                return work(
                    total =>
                    {
                        task.MaxValue = Math.Max(1, total);
                        task.StartTask();
                    },
                    new DirectProgress<long>(amount => task.Increment(amount)));
            });
    }

    /// <summary>Runs a benchmark run, showing its running scores.</summary>
    public async Task<T> TrackAsync<T>(string description, Func<IProgress<RunProgress>, Task<T>> work)
    {
        if (json || Console.IsErrorRedirected || Console.IsOutputRedirected)
            return await work(new EvaluationLines(description, Log));
        var console = AnsiConsole.Create(new AnsiConsoleSettings { Out = new AnsiConsoleOutput(Console.Error) });
        return await console.Progress()
            .Columns(new TaskDescriptionColumn(), new ProgressBarColumn(), new PercentageColumn(), new RemainingTimeColumn())
            .StartAsync(context =>
            {
                var task = context.AddTask(description.EscapeMarkup());
                return work(new DirectProgress<RunProgress>(progress =>
                {
                    task.MaxValue = progress.Total;
                    task.Value = progress.Completed;
                    task.Description = $"{description} {EvaluationLines.Scores(progress)}".EscapeMarkup();
                }));
            });
    }

    /// <summary>Runs a command's body, turning what it throws into findings and an exit code.</summary>
    public async Task<int> RunAsync(Func<Task<int>> body)
    {
        try
        {
            return await body();
        }
        catch (DiagnosticException e)
        {
            Report(e.Diagnostics);
            if (json)
                Console.Out.WriteLine(JsonSerializer.Serialize(new { diagnostics = e.Diagnostics }, JsonOptions));
            return ExitCode.For(e.Diagnostics);
        }
        catch (OperationCanceledException)
        {
            await Console.Error.WriteLineAsync($"{ToolDiagnostics.Origin}: cancelled; nothing half-written is left visible");
            return ExitCode.Cancelled;
        }
    }

    /// <summary>As <see cref="RunAsync"/>, for work that does not wait.</summary>
    public Task<int> RunAsync(Func<int> body) => RunAsync(() => Task.Run(body));

    private sealed class DirectProgress<T>(Action<T> report) : IProgress<T>
    {
        public void Report(T value) => report(value);
    }
}
