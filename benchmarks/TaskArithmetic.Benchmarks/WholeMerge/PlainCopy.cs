using System.Diagnostics;
using Microsoft.Win32.SafeHandles;

namespace TaskArithmetic.Benchmarks.WholeMerge;

/// <summary>The floor: what has to be read and written, by one thread, with nothing done to it.</summary>
internal static class PlainCopy
{
    /// <summary>Reads all files and writes the first.</summary>
    public static Measured Run(IEnumerable<string> inputs, string output)
    {
        File.Delete(output);
        var buffer = new byte[1 << 20];
        var before = Environment.CpuUsage.TotalTime;
        var watch = Stopwatch.StartNew();
        using (var written = File.OpenHandle(output, FileMode.CreateNew, FileAccess.Write))
        {
            var first = true;
            foreach (var input in inputs)
            {
                using var read = File.OpenHandle(input);
                Copy(read, first ? written : null, buffer);
                first = false;
            }
            RandomAccess.FlushToDisk(written);
        }
        var measured = new Measured(watch.Elapsed.TotalSeconds, (Environment.CpuUsage.TotalTime - before).TotalSeconds, 0);
        File.Delete(output);
        return measured;
    }

    private static void Copy(SafeFileHandle from, SafeFileHandle? to, byte[] buffer)
    {
        for (long offset = 0; RandomAccess.Read(from, buffer, offset) is > 0 and var read; offset += read)
        {
            if (to is not null)
                RandomAccess.Write(to, buffer.AsSpan(0, read), offset);
        }
    }
}
