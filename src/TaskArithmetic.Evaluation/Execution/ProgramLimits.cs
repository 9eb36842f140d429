using System.Globalization;

namespace TaskArithmetic.Evaluation.Execution;

/// <summary>What one program may use. Defaults are far above what any HumanEval solution needs.</summary>
/// <param name="AddressSpace">Address space, in bytes (<c>RLIMIT_AS</c>).</param>
/// <param name="FileSize">Largest file that can be written, in bytes (<c>RLIMIT_FSIZE</c>).</param>
/// <param name="TemporarySpace">Size of the only writable folder of a sandbox, <c>/tmp</c>, in bytes.</param>
/// <param name="OpenFiles">Open files (<c>RLIMIT_NOFILE</c>).</param>
/// <param name="Threads">Threads of the program (<c>RLIMIT_NPROC</c> in the sandbox's own user namespace).</param>
/// <param name="Output">Bytes of output kept; the rest is read and dropped.</param>
public sealed record ProgramLimits(
    long AddressSpace = 2L << 30, long FileSize = 1L << 20, long TemporarySpace = 16L << 20, int OpenFiles = 64, int Threads = 64,
    int Output = 64 << 10)
{
    /// <summary>
    /// Wall clock. The reference's 3 s fail correct programs on a loaded machine, so this is longer, and running out of
    /// it is reported apart from failing.
    /// </summary>
    public TimeSpan WallTime { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>
    /// Processor time, in seconds (<c>RLIMIT_CPU</c>): one more than the wall clock, so that it decides only where
    /// several threads run at once or the program outlives its supervisor.
    /// </summary>
    internal int ProcessorSeconds => (int)Math.Ceiling(WallTime.TotalSeconds) + 1;

    /// <summary>
    /// Arguments that make a POSIX shell apply the limits and then become the command given after them. .NET cannot set a limit between fork and
    /// exec, and <c>prlimit</c> is not everywhere, while every system has a shell.
    /// </summary>
    /// <param name="limitThreads">
    /// Whether to set the limit of threads. Only where the program has a user namespace of its own: elsewhere the count includes everything
    /// else the user runs.
    /// </param>
    internal IReadOnlyList<string> ShellArguments(bool limitThreads)
    {
        // The units of POSIX: seconds, kilobytes (-v), blocks of 512 bytes (-f, -c). The flag of threads is -u in bash and zsh and -p in dash
        // and busybox; bash's -p means pipes and is refused.
        var script = string.Create(
            CultureInfo.InvariantCulture,
            $"ulimit -t {ProcessorSeconds} && ulimit -v {AddressSpace / 1024} && ulimit -f {FileSize / 512} && ulimit -n {OpenFiles} && ulimit -c 0{(limitThreads ? $" && {{ ulimit -u {Threads} 2>/dev/null || ulimit -p {Threads}; }}" : "")} && exec \"$@\"");
        return ["-c", script, "sh"];
    }
}
