namespace TaskArithmetic.Evaluation.Execution;

/// <summary>A Python side, handed to the interpreter on its command line.</summary>
internal sealed class RunnerScript
{
    private readonly string text;

    private RunnerScript(params string[] parts) => text = string.Join("\n\n", parts.Select(Read));

    /// <summary>Runs a whole program and proves that it came to its end.</summary>
    public static RunnerScript Program { get; } = new("run_program.py");

    /// <summary>Runs a candidate and answers calls of its functions.</summary>
    public static RunnerScript Candidate { get; } = new("peer.py", "run_candidate.py");

    /// <summary>Runs tests whose candidate is in another process.</summary>
    public static RunnerScript Tests { get; } = new("peer.py", "run_tests.py");

    /// <summary>Starts a command and ends everything that it leaves.</summary>
    public static RunnerScript Supervisor { get; } = new("supervise.py");

    /// <summary>Arguments after the interpreter: isolated, without site packages, without writing bytecode; the name of the run is for who looks at the processes.</summary>
    public IReadOnlyList<string> Arguments(params IEnumerable<string> further) => ["-I", "-S", "-B", "-c", text, .. further];

    private static string Read(string file) => EmbeddedText.Find("Execution." + file)!;
}
