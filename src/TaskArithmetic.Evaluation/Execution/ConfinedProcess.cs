using System.ComponentModel;
using System.Diagnostics;
using System.Security.Cryptography;
using System.Text;

namespace TaskArithmetic.Evaluation.Execution;

/// <summary>A started Python side: its pipes, and what it writes to standard error, kept up to a cap.</summary>
internal sealed class ConfinedProcess : IDisposable
{
    // Longer than any cleanup takes; reached only if something that holds the pipes cannot be killed.
    private static readonly TimeSpan DrainPatience = TimeSpan.FromSeconds(5);

    private readonly IConfinement confinement;
    private readonly Process process;
    private readonly string run;
    private readonly Task<string> output;

    private ConfinedProcess(IConfinement confinement, Process process, string run, int outputCap)
    {
        this.confinement = confinement;
        this.process = process;
        this.run = run;
        output = CaptureAsync(process.StandardError.BaseStream, outputCap);
    }

    /// <summary>What runs of this process are called, for who looks for what they left: <c>taskarithmetic-PROCESS-…</c>.</summary>
    public static string RunPrefix { get; } = $"taskarithmetic-{Environment.ProcessId}-";

    public Stream Input => process.StandardInput.BaseStream;

    public Stream Output => process.StandardOutput.BaseStream;

    public int ExitCode => process.ExitCode;

    /// <summary>Starts a side; null, and why, if the command cannot be started.</summary>
    public static ConfinedProcess? Start(IConfinement confinement, string folder, RunnerScript script, ProgramLimits limits, out string problem)
    {
        var run = RunPrefix + Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(8));
        var start = confinement.CreateStartInfo(folder, run, script);
        start.RedirectStandardInput = start.RedirectStandardOutput = start.RedirectStandardError = true;
        var process = new Process { StartInfo = start };
        try
        {
            process.Start();
        }
        catch (Win32Exception exception)
        {
            process.Dispose();
            problem = $"could not start {start.FileName}: {exception.Message}";
            return null;
        }
        problem = "";
        return new ConfinedProcess(confinement, process, run, limits.Output);
    }

    /// <summary>Whether it ends by itself before a token is cancelled.</summary>
    public async Task<bool> EndsAsync(CancellationToken deadline)
    {
        await process.WaitForExitAsync(deadline).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        return process.HasExited;
    }

    /// <summary>Ends everything of it; when this returns, nothing of it is running.</summary>
    public Task EndAsync() => confinement.EndAsync(process, run);

    /// <summary>What it wrote, once it has ended.</summary>
    public async Task<string> WrittenAsync() => await DrainedAsync(output) ?? "";

    /// <summary>What was read from a pipe to its end; null if something that could not be killed holds it open.</summary>
    public static async Task<T?> DrainedAsync<T>(Task<T> reading) where T : class =>
        await Task.WhenAny(reading, Task.Delay(DrainPatience)) == reading ? await reading : null;

    public void Dispose() => process.Dispose();

    /// <summary>
    /// Writes a beginning and then all that comes from another stream, to its end. Who ended without reading tells
    /// more by its exit status, so what comes is then read and dropped.
    /// </summary>
    /// <returns>The last bytes that came, as many as asked for.</returns>
    public static async Task<byte[]> RelayAsync(byte[] beginning, Stream source, Stream target, int lastBytes)
    {
        var last = Array.Empty<byte>();
        var buffer = new byte[16 << 10];
        var open = await TryWriteAsync(target, beginning);
        try
        {
            int read;
            while ((read = await source.ReadAsync(buffer)) > 0)
            {
                open = open && await TryWriteAsync(target, buffer.AsMemory(0, read));
                last = [.. last.Concat(buffer.Take(read)).TakeLast(lastBytes)];
            }
        }
        catch (Exception exception) when (exception is IOException or ObjectDisposedException)
        {
            // Killed meanwhile.
        }
        await target.DisposeAsync().AsTask().ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        return last;
    }

    /// <summary>Reads to the end and keeps the first <paramref name="cap"/> bytes, so that a flood fills no memory.</summary>
    public static async Task<string> CaptureAsync(Stream stream, int cap)
    {
        var kept = new MemoryStream();
        var buffer = new byte[16 << 10];
        try
        {
            int read;
            while ((read = await stream.ReadAsync(buffer)) > 0)
                kept.Write(buffer, 0, Math.Min(read, cap - (int)kept.Length));
        }
        catch (Exception exception) when (exception is IOException or ObjectDisposedException)
        {
            // Killed meanwhile.
        }
        return Encoding.UTF8.GetString(kept.GetBuffer(), 0, (int)kept.Length);
    }

    private static async Task<bool> TryWriteAsync(Stream target, ReadOnlyMemory<byte> bytes)
    {
        try
        {
            await target.WriteAsync(bytes);
            await target.FlushAsync();
            return true;
        }
        catch (Exception exception) when (exception is IOException or ObjectDisposedException)
        {
            return false;
        }
    }
}
