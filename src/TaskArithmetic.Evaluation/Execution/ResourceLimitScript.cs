using System.Globalization;

namespace TaskArithmetic.Evaluation.Execution;

/// <summary>
/// Resource limits as a POSIX shell command line. .NET cannot set a limit between fork and exec, and <c>prlimit</c> is
/// not everywhere, while every system has a shell that sets the limits and then becomes the program.
/// </summary>
internal static class ResourceLimitScript
{
    /// <summary>Arguments that make a shell apply the limits and then become the command given after them.</summary>
    /// <param name="limits">The limits.</param>
    /// <param name="limitThreads">
    /// Whether to set the limit of threads. Only where the program has a user namespace of its own: elsewhere the count
    /// includes everything else the user runs.
    /// </param>
    public static IReadOnlyList<string> ShellArguments(ProgramLimits limits, bool limitThreads)
    {
        // The units of POSIX: seconds, kilobytes (-v), blocks of 512 bytes (-f, -c).
        var script = string.Create(
            CultureInfo.InvariantCulture,
            $"ulimit -t {limits.ProcessorSeconds} && ulimit -v {limits.AddressSpace / 1024} && ulimit -f {limits.FileSize / 512} && ulimit -n {limits.OpenFiles} && ulimit -c 0");
        // The flag is -u in bash and zsh and -p in dash and busybox; bash's -p means pipes and is refused.
        if (limitThreads)
            script += string.Create(CultureInfo.InvariantCulture, $" && {{ ulimit -u {limits.Threads} 2>/dev/null || ulimit -p {limits.Threads}; }}");
        return ["-c", script + " && exec \"$@\"", "sh"];
    }
}
