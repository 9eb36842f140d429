using System.Diagnostics;
using System.Globalization;

namespace TaskArithmetic.Evaluation.Execution;

/// <summary>A container of its own for each program, by rootless podman or docker, from an image that is already here.</summary>
/// <param name="name"><c>podman</c> or <c>docker</c>.</param>
/// <param name="client">The executable.</param>
/// <param name="image">An image with <c>python3</c>; never pulled.</param>
/// <param name="limits">The limits of each program.</param>
internal sealed class ContainerConfinement(string name, string client, string image, ProgramLimits limits) : IConfinement
{
    private static readonly TimeSpan RemovalPatience = TimeSpan.FromSeconds(30);

    public string Name => name;

    public ProcessStartInfo CreateStartInfo(string folder, string run, RunnerScript script) => new(client,
    [
        "run", "--rm", "--interactive", "--pull", "never", "--name", run,
        "--network", "none", "--read-only", "--cap-drop", "ALL", "--security-opt", "no-new-privileges",
        "--user", "65534:65534", "--workdir", "/tmp", "--tmpfs", Invariant($"/tmp:rw,noexec,nosuid,nodev,size={limits.TemporarySpace}"),
        "--pids-limit", Invariant($"{limits.Threads}"), "--memory", "1g", "--memory-swap", "1g",
        "--ulimit", Invariant($"cpu={limits.ProcessorSeconds}"), "--ulimit", Invariant($"fsize={limits.FileSize}"),
        "--ulimit", Invariant($"nofile={limits.OpenFiles}"), "--ulimit", "core=0",
        "--entrypoint", "python3", image, .. script.Arguments(run),
    ]);

    public async Task EndAsync(Process process, string run)
    {
        // --rm removes the container of a program that ended. One that did not end outlives its client, so it is
        // removed by name, and the client then ends by itself.
        if (process.HasExited)
            return;
        await CommandResult.RunAsync(new ProcessStartInfo(client, ["rm", "--force", run]), RemovalPatience, CancellationToken.None);
        if (!process.HasExited)
            process.Kill(entireProcessTree: true);
        await process.WaitForExitAsync(CancellationToken.None);
    }

    private static string Invariant(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
