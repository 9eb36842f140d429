using System.CommandLine;
using TaskArithmetic.Measuring;
using TaskArithmetic.Methods;
using TaskArithmetic.Methods.Matrices;
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
    public async Task<ILinearAlgebra?> LoadAsync(ParseResult parsed, ToolTerminal terminal, CancellationToken cancellationToken) =>
        Options(parsed) is null ? null : await LinearAlgebra.LoadAsync(terminal.Log, cancellationToken);
}

/// <summary>Decompositions by libtorch.</summary>
internal static class LinearAlgebra
{
    /// <summary>Loads libtorch when a method asks for it, fetching it where it is not there yet.</summary>
    public static ILinearAlgebra Deferred(Action<string> log) =>
        new DeferredLinearAlgebra(() => LoadAsync(log, CancellationToken.None).GetAwaiter().GetResult());

    /// <summary>Loads libtorch, fetching it where it is not there yet.</summary>
    /// <exception cref="Diagnostics.DiagnosticException">TA0101–TA0114: why libtorch cannot be had.</exception>
    public static async Task<ILinearAlgebra> LoadAsync(Action<string> log, CancellationToken cancellationToken)
    {
        // One thread a decomposition: its bits depend on the number. Tensors run side by side instead.
        var options = new LibtorchOptions { Device = new ComputeDevice(ComputeDeviceKind.Cpu), Threads = 1 };
        return new LibtorchLinearAlgebra(await LibtorchRuntime.LoadAsync(options, new ToolTerminal.DirectProgress<string>(log), cancellationToken));
    }
}
