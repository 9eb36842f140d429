using System.CommandLine;
using TaskArithmetic.Measuring;
using TaskArithmetic.Methods;
using TaskArithmetic.Tool.Terminal;
using TaskArithmetic.Torch.Libtorch;

namespace TaskArithmetic.Tool.Commands;

/// <summary>Whether singular values are looked at, for which libtorch is loaded.</summary>
internal sealed class SpectrumSwitch
{
    private readonly Option<bool> spectrum = new("--spectrum") { Description = "Also look at the singular values of vectors and bases, by libtorch; slow." };
    private readonly Option<int> rank = CommonOptions.WholeNumber("--spectrum-rank", "Leading singular vectors whose rotation is measured.", new SpectrumOptions().Rank);

    public void AddTo(Command command)
    {
        command.Options.Add(spectrum);
        command.Options.Add(rank);
    }

    /// <summary>What to look at; null where nobody asked.</summary>
    public SpectrumOptions? Options(ParseResult parsed) => parsed.GetValue(spectrum) ? new SpectrumOptions { Rank = parsed.GetValue(rank) } : null;

    /// <summary>Loads what decomposes matrices, where somebody asked.</summary>
    /// <exception cref="Diagnostics.DiagnosticException">TA0101–TA0114: why libtorch cannot be had.</exception>
    public async Task<ILinearAlgebra?> LoadAsync(ParseResult parsed, int threads, ToolTerminal terminal, CancellationToken cancellationToken)
    {
        if (Options(parsed) is null)
            return null;
        var options = new LibtorchOptions { Device = new ComputeDevice(ComputeDeviceKind.Cpu), Threads = threads };
        return new LibtorchLinearAlgebra(await LibtorchRuntime.LoadAsync(options, new LogProgress(terminal), cancellationToken));
    }

    private sealed class LogProgress(ToolTerminal terminal) : IProgress<string>
    {
        public void Report(string value) => terminal.Log(value);
    }
}
