using System.Runtime.InteropServices;

namespace TaskArithmetic.Torch.Libtorch;

/// <summary>
/// Makes libtorch's threads sleep while they wait for work. Left alone they spin for milliseconds after each operation
/// and take the processor from whatever else runs. The libraries read these variables once, when they are loaded.
/// </summary>
internal static partial class OpenMPWaiting
{
    // GCC's library (linux) and LLVM's and Intel's (macOS, Windows). What the user has set stays.
    private static readonly KeyValuePair<string, string>[] Variables =
    [
        new("OMP_WAIT_POLICY", "PASSIVE"),
        new("GOMP_SPINCOUNT", "0"),
        new("KMP_BLOCKTIME", "0"),
    ];

    /// <summary>To be called before libtorch is loaded.</summary>
    public static void Sleep()
    {
        foreach (var (name, value) in Variables)
        {
            // .NET keeps an environment of its own on Unix, which native libraries do not see.
            if (!OperatingSystem.IsWindows())
                _ = SetVariable(name, value, overwrite: 0);
            else if (Environment.GetEnvironmentVariable(name) is null)
                Environment.SetEnvironmentVariable(name, value);
        }
    }

    [LibraryImport("libc", EntryPoint = "setenv", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int SetVariable(string name, string value, int overwrite);
}
