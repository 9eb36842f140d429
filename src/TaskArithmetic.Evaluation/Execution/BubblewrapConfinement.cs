using System.Diagnostics;
using System.Globalization;

namespace TaskArithmetic.Evaluation.Execution;

/// <summary>
/// Namespaces of its own through bubblewrap: no network, no processes but its own, no <c>/proc</c>, the system's programs
/// and libraries read-only, and a small <c>/tmp</c> as the only place to write.
/// </summary>
/// <param name="bubblewrap">The <c>bwrap</c> executable.</param>
/// <param name="setPrivileges">
/// The <c>setpriv</c> executable, for root: the limit of threads does not bind root, even in a user namespace of its own, so that the
/// program runs as nobody. Null for other users, and where nobody may not make namespaces.
/// </param>
/// <param name="canSizeTemporaryFolder">Whether this bwrap knows <c>--size</c> (0.7 and newer); without it there is no writable folder at all.</param>
/// <param name="python">The Python to run.</param>
/// <param name="limits">The limits of each program.</param>
internal sealed class BubblewrapConfinement(
    string bubblewrap, string? setPrivileges, bool canSizeTemporaryFolder, PythonInterpreter python, ProgramLimits limits) : IConfinement
{
    private const string FilterFile = "filter.bpf";
    private static readonly string[] SystemFolders = ["/bin", "/sbin", "/lib", "/lib32", "/lib64", "/libx32"];

    public string Name => "bubblewrap";

    public void Prepare(string folder)
    {
        if (SeccompFilter.ForThisMachine is { } calls)
            File.WriteAllBytes(Path.Combine(folder, FilterFile), SeccompFilter.Compile(calls));
    }

    public ProcessStartInfo CreateStartInfo(string folder, string run, RunnerScript script)
    {
        var filter = Path.Combine(folder, FilterFile);
        // A filter reaches bubblewrap as an open file, and .NET hands on no files but the three standard ones.
        List<string> arguments = ["-c", File.Exists(filter) ? "exec \"$@\" 9<" + Quote(filter) : "exec \"$@\"", "sh"];
        if (setPrivileges is not null)
            arguments.AddRange([setPrivileges, "--reuid=65534", "--regid=65534", "--clear-groups"]);
        arguments.Add(bubblewrap);
        if (File.Exists(filter))
            arguments.AddRange(["--seccomp", "9"]);
        arguments.AddRange(Sandbox());
        arguments.AddRange(["/bin/sh", .. limits.ShellArguments(limitThreads: true), python.Path]);
        arguments.AddRange(script.Arguments(run));
        return new ProcessStartInfo("/bin/sh", arguments);
    }

    public async Task EndAsync(Process process, string run)
    {
        // The kernel ends everything in the namespace with bubblewrap: --die-with-parent.
        if (!process.HasExited)
            process.Kill();
        await process.WaitForExitAsync(CancellationToken.None);
    }

    private List<string> Sandbox()
    {
        List<string> arguments =
        [
            "--unshare-all", "--die-with-parent", "--new-session", "--cap-drop", "ALL", "--hostname", "sandbox",
            "--clearenv", "--setenv", "PATH", "/usr/bin:/bin", "--ro-bind", "/usr", "/usr",
        ];
        foreach (var folder in SystemFolders)
        {
            // Merged systems have links into /usr here, others have folders.
            if (new DirectoryInfo(folder) is { Exists: true } system)
                arguments.AddRange(system.LinkTarget is { } target ? ["--symlink", target, folder] : ["--ro-bind", folder, folder]);
        }
        // Pythons built from source or unpacked by CI find libpython through the linker's cache, or lie elsewhere.
        arguments.AddRange(["--ro-bind-try", "/etc/ld.so.cache", "/etc/ld.so.cache", "--ro-bind-try", "/nix/store", "/nix/store"]);
        if (!IsBelowUsr(python.Prefix))
            arguments.AddRange(["--ro-bind", python.Prefix, python.Prefix]);
        // Single devices instead of --dev, whose /dev/shm is writable without a bound.
        foreach (var device in (string[])["/dev/null", "/dev/zero", "/dev/random", "/dev/urandom"])
            arguments.AddRange(["--dev-bind", device, device]);
        if (canSizeTemporaryFolder)
            arguments.AddRange(["--size", limits.TemporarySpace.ToString(CultureInfo.InvariantCulture), "--tmpfs", "/tmp", "--chdir", "/tmp"]);
        else
            arguments.AddRange(["--chdir", "/"]);
        arguments.AddRange(["--remount-ro", "/", "--"]);
        return arguments;
    }

    /// <summary>Whether a folder is among what every sandbox shows.</summary>
    public static bool IsBelowUsr(string folder) => folder == "/usr" || folder.StartsWith("/usr/", StringComparison.Ordinal);

    private static string Quote(string path) => "'" + path.Replace("'", "'\\''", StringComparison.Ordinal) + "'";
}
