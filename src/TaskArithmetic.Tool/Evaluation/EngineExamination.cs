using System.Globalization;
using TaskArithmetic.Diagnostics;
using TaskArithmetic.Evaluation.Execution;
using TaskArithmetic.Sources.NativePackages;
using TaskArithmetic.Text.Tokenizers.Native;
using TaskArithmetic.Torch.Libtorch;

namespace TaskArithmetic.Tool.Evaluation;

/// <summary>What this machine offers to evaluations: libtorch and its device, the tokenizer library, a sandbox, Python. Nothing is downloaded.</summary>
internal static class EngineExamination
{
    /// <summary>Says in a line each what was found; a fault is told with its code instead.</summary>
    /// <param name="device">The device asked for: <c>auto</c>, <c>cpu</c>, <c>cuda</c> or <c>cuda:N</c>.</param>
    /// <param name="cancellationToken">Ends the probes.</param>
    /// <exception cref="DiagnosticException">TA0107 the device is none.</exception>
    public static async Task<IReadOnlyList<KeyValuePair<string, string>>> RunAsync(string device, CancellationToken cancellationToken)
    {
        var options = new LibtorchOptions { Device = ComputeDevice.Parse(device), AllowDownload = false };
        var findings = new List<KeyValuePair<string, string>>();
        findings.AddRange(await LibtorchAsync(options, cancellationToken));
        findings.Add(new("tokenizers", await TokenizersAsync(cancellationToken)));
        findings.AddRange(await ProgramsAsync(cancellationToken));
        return findings;
    }

    private static async Task<IEnumerable<KeyValuePair<string, string>>> LibtorchAsync(LibtorchOptions options, CancellationToken cancellationToken)
    {
        try
        {
            var search = LibtorchSearch.Run(options);
            if (search.Folder is null)
                return [new("libtorch", $"not found, would fetch the NuGet package {search.Package} {search.Version} into {search.PackagesFolder} for the first evaluation")];
            var report = (await LibtorchRuntime.LoadAsync(options, cancellationToken: cancellationToken)).Report;
            return
            [
                new("libtorch", $"{report.Version} in {report.Folder} ({Origin(report.Origin, LibtorchPackage.FolderVariable)})"),
                new("libtorch shim", report.ShimWeakened
                    ? $"{report.Shim}, a copy patched for the C++ library of this system"
                    : $"{report.Shim}, as TorchSharp ships it"),
                new("device", string.Create(CultureInfo.InvariantCulture, $"{report.Device}, {report.Threads} threads, {report.CudaDevices} CUDA devices")),
            ];
        }
        catch (DiagnosticException e)
        {
            return [new("libtorch", Told(e.Diagnostics))];
        }
    }

    private static async Task<string> TokenizersAsync(CancellationToken cancellationToken)
    {
        try
        {
            var package = TokenizerPackage.Current;
            var packages = NativePackageClient.At();
            if (packages.Find(package) is not { } location)
                return $"not found, would fetch the NuGet package {package.Id} {package.Version} into {packages.PackagesFolder} for the first evaluation";
            await TokenizerLibrary.LoadAsync(cancellationToken: cancellationToken);
            return $"{package.Version} in {location.Folder} ({Origin(location.Origin, package.FolderVariable)})";
        }
        catch (DiagnosticException e)
        {
            return Told(e.Diagnostics);
        }
    }

    private static async Task<IEnumerable<KeyValuePair<string, string>>> ProgramsAsync(CancellationToken cancellationToken)
    {
        var sandbox = await ProgramExecutorSelector.SelectAsync(new ProgramExecutionOptions { Allowed = CodeExecution.Sandbox }, cancellationToken);
        // Without a sandbox Python may be there all the same, for who allows programs to run unconfined.
        var python = sandbox.Executor ?? (await ProgramExecutorSelector.SelectAsync(new ProgramExecutionOptions { Allowed = CodeExecution.Unsafe }, cancellationToken)).Executor;
        return
        [
            new("sandbox", sandbox.Executor is { } works ? $"{works.Name} works" : $"none: {Told(sandbox.Diagnostics)}"),
            new("python", python is null ? Told([ExecutionDiagnostics.NoPython()]) : python.PythonVersion),
        ];
    }

    private static string Origin(NativeOrigin origin, string folderVariable) => origin switch
    {
        NativeOrigin.Environment => folderVariable,
        NativeOrigin.PackagesFolder => "NuGet's packages folder",
        _ => "fetched just now",
    };

    private static string Told(IEnumerable<Diagnostic> diagnostics) => string.Join(" ", diagnostics.Select(d => $"{d.Code}: {d.Message}"));
}
