using System.Globalization;

namespace TaskArithmetic.Evaluation.Execution;

/// <summary>What one program may use. Defaults are far above what any HumanEval solution needs.</summary>
public sealed record ProgramLimits
{
    /// <summary>
    /// Wall clock. The reference's 3 s fail correct programs on a loaded machine, so this is longer, and running out of
    /// it is reported apart from failing.
    /// </summary>
    public TimeSpan WallTime { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>Address space, in bytes (<c>RLIMIT_AS</c>).</summary>
    public long AddressSpace { get; init; } = 2L << 30;

    /// <summary>Largest file that can be written, in bytes (<c>RLIMIT_FSIZE</c>).</summary>
    public long FileSize { get; init; } = 1L << 20;

    /// <summary>Size of the only writable folder of a sandbox, <c>/tmp</c>, in bytes.</summary>
    public long TemporarySpace { get; init; } = 16L << 20;

    /// <summary>Open files (<c>RLIMIT_NOFILE</c>).</summary>
    public int OpenFiles { get; init; } = 64;

    /// <summary>Threads of the program (<c>RLIMIT_NPROC</c> in the sandbox's own user namespace).</summary>
    public int Threads { get; init; } = 64;

    /// <summary>Bytes of output kept; the rest is read and dropped.</summary>
    public int Output { get; init; } = 64 << 10;

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
