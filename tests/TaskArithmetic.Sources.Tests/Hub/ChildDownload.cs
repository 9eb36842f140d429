using System.Diagnostics;
using System.Runtime.CompilerServices;
using TaskArithmetic.Sources.Hub;

namespace TaskArithmetic.Sources.Tests.Hub;

/// <summary>A download in a process of its own: this test program itself, started with an environment variable that says which.</summary>
internal static class ChildDownload
{
    private const string Variable = "TASKARITHMETIC_TEST_DOWNLOAD";

    /// <summary>Starts a process that fetches all of a model by its environment's HF_ENDPOINT and HF_HUB_CACHE.</summary>
    public static Process Start(string model, string endpoint, string cache)
    {
        var start = new ProcessStartInfo(Environment.ProcessPath!) { RedirectStandardError = true, RedirectStandardOutput = true };
        if (Path.GetFileNameWithoutExtension(start.FileName) == "dotnet")
            start.ArgumentList.Add(typeof(ChildDownload).Assembly.Location);
        start.Environment[Variable] = model;
        start.Environment["HF_ENDPOINT"] = endpoint;
        start.Environment["HF_HUB_CACHE"] = cache;
        return Process.Start(start)!;
    }

#pragma warning disable CA2255 // A program's own initializer: what comes after it is the test run, which this process is not for.
    [ModuleInitializer]
    internal static void Run()
    {
        if (Environment.GetEnvironmentVariable(Variable) is not { Length: > 0 } model)
            return;
        using (var client = new HubClient(HubSettings.FromEnvironment()))
            client.FetchAllAsync(HubRepository.Parse(model), "main", tree => tree).GetAwaiter().GetResult();
        Environment.Exit(0);
    }
#pragma warning restore CA2255
}
