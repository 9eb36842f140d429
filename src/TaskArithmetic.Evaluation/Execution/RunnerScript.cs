namespace TaskArithmetic.Evaluation.Execution;

/// <summary>The Python side: <c>run_program.py</c>, handed to the interpreter on its command line.</summary>
internal static class RunnerScript
{
    /// <summary>Arguments after the interpreter: isolated, without site packages, without writing bytecode.</summary>
    public static IReadOnlyList<string> Arguments { get; } = ["-I", "-S", "-B", "-c", Read()];

    private static string Read()
    {
        using var stream = typeof(RunnerScript).Assembly.GetManifestResourceStream("TaskArithmetic.Evaluation.Execution.run_program.py")!;
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd();
    }
}
