using System.Diagnostics;

namespace TaskArithmetic.Evaluation.Tests.Endpoint;

/// <summary>The test server as a process of its own, on a port of its own.</summary>
internal sealed class EndpointServerProcess : IAsyncDisposable
{
    private readonly Process process;
    private readonly HttpClient http = new();

    private EndpointServerProcess(Process process, Uri address)
    {
        this.process = process;
        Address = address;
    }

    public Uri Address { get; }

    public static async Task<EndpointServerProcess> StartAsync()
    {
        // artifacts/bin/PROJECT/CONFIGURATION: the server was built beside this project, in the same configuration.
        var own = new DirectoryInfo(AppContext.BaseDirectory);
        const string name = "TaskArithmetic.Evaluation.Tests.EndpointServer";
        var path = Path.Combine(own.Parent!.Parent!.FullName, name, own.Name, name + ".dll");
        var process = Process.Start(new ProcessStartInfo("dotnet", [path]) { RedirectStandardInput = true, RedirectStandardOutput = true })!;
        var line = await process.StandardOutput.ReadLineAsync();
        return new(process, new Uri(line ?? throw new InvalidOperationException($"{path} did not say its address.")));
    }

    /// <summary>A server of the given kind (such as <c>vllm</c> or <c>faulty/500-500</c>) with a log of its own.</summary>
    public EndpointSession NewSession(string kind) => new(http, Address, Guid.NewGuid().ToString("N"), kind);

    public async ValueTask DisposeAsync()
    {
        http.Dispose();
        process.StandardInput.Close();
        await process.WaitForExitAsync();
        process.Dispose();
    }
}
