using System.Text.RegularExpressions;
using TaskArithmetic.Adapters;
using TaskArithmetic.Checkpoints;
using TaskArithmetic.Diagnostics;
using TaskArithmetic.Files;
using TaskArithmetic.Inputs;
using TaskArithmetic.Kernels;
using TaskArithmetic.Methods;
using TaskArithmetic.Methods.Matrices;
using TaskArithmetic.Outputs;
using TaskArithmetic.Planning;
using TaskArithmetic.Recipes;
using TaskArithmetic.Safetensors;
using TaskArithmetic.Streaming;

namespace TaskArithmetic.Extraction;

/// <summary>
/// Extracts <c>from − minus</c> into a PEFT folder: factors for every matrix by its singular value decomposition, embedding, head and norms
/// whole. One matrix is in memory at a time; the factors wait in a file until the ranks of all are known.
/// </summary>
internal static class LoraExtraction
{
    private const string Spool = "factors.tmp";
    private const int RunElements = 1 << 20;

    /// <summary>Extracts an adapter.</summary>
    /// <param name="from">Model folder of the donor with the skill.</param>
    /// <param name="minus">Model folder that the adapter is for.</param>
    /// <param name="output">The folder to write.</param>
    /// <param name="options">How.</param>
    /// <param name="algebra">Decomposes.</param>
    /// <param name="cancellationToken">Stops the work; nothing half-written stays visible.</param>
    /// <exception cref="DiagnosticException">All problems found, before anything is written.</exception>
    public static LoraReport Run(string from, string minus, string output, LoraOptions options, ILinearAlgebra algebra, CancellationToken cancellationToken)
    {
        var recipe = new Recipe { Base = minus, Inputs = [new RecipeInput(from) { Minus = minus }] };
        using var sources = MergeSources.Open(recipe, MergeMethods.BuiltIn, LoraDiagnostics.Check(options));
        var folder = new AdapterFolder(output);
        folder.Recover();
        var (plan, found) = Preflight.Run(sources, MergeMethods.BuiltIn);
        List<Diagnostic> findings = [.. LoraDiagnostics.Check(options), .. found.Select(f => ExtractDiagnostics.OfDonors(f, minus)), .. folder.Check([from, minus])];
        if (plan is null || findings.Any(f => f.Severity == DiagnosticSeverity.Error))
            throw new DiagnosticException(findings);

        var parts = LoraParts.Of(plan, sources.Target, options);
        options.Starting?.Invoke(parts.Tensors.Sum(t => t.Elements));
        LoraReport? report = null;
        folder.Write(
            fresh =>
            {
                using var spool = new LoraSpool(Path.Combine(fresh, Spool), options.DType);
                var work = new Work(options, algebra, spool, cancellationToken);
                foreach (var tensor in parts.Tensors)
                    work.Take(tensor, parts.KindOf(tensor));
                var adapter = work.Finish(parts, sources, minus);
                var bytes = adapter.Write(fresh, spool);
                report = new LoraReport(
                    findings, [.. new[] { Adapter.ConfigFile, AdapterFile.WeightsFile }.Select(n => Path.Combine(output, n))],
                    work.Modules, adapter.Saved, adapter.LeftOut, bytes, work.KeptEnergy, work.RelativeError);
            },
            cancellationToken);
        return report!;
    }

    /// <summary>Decomposes tensor after tensor and keeps the sums of the report.</summary>
    private sealed class Work(LoraOptions options, ILinearAlgebra algebra, LoraSpool spool, CancellationToken cancellationToken)
    {
        private readonly List<LoraModule> modules = [];
        private readonly List<(string Name, LoraKind Kind)> differing = [];
        private double kept, all, wrong, squares;

        public IReadOnlyList<LoraModule> Modules => modules;

        public double KeptEnergy => all == 0 ? 1 : kept / all;

        public double RelativeError => squares == 0 ? 0 : Math.Sqrt(wrong / squares);

        public void Take(PlannedTensor tensor, LoraKind kind)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var difference = Read(new DifferenceInput(tensor.Inputs[0].From, tensor.Inputs[0].Minus!), tensor.Elements);
            if (Reducing.IndexOfNonFinite(difference) is >= 0 and var at)
                throw new DiagnosticException(StreamDiagnostics.NonFiniteInput(tensor.Inputs[0].From.Stored[0].File.Path, tensor.Name, at, difference[at]));
            if (Reducing.CountNonZero(difference) > 0)
                differing.Add((tensor.Name, kind));
            if (kind is LoraKind.Factors or LoraKind.TransposedFactors or LoraKind.EmbeddingFactors)
                Factorise(tensor, difference, kind);
            options.Progress?.Report(tensor.Elements);
        }

        public LoraAdapter Finish(LoraParts parts, MergeSources sources, string minus) => new(parts, sources.Target, modules, differing, options, minus, sources.Inputs[0].From.Path);

        private void Factorise(PlannedTensor tensor, float[] difference, LoraKind kind)
        {
            var (rows, columns, transposed) = ((int)tensor.Shape[0], (int)tensor.Shape[1], kind != LoraKind.Factors);
            var factors = LoraFactorization.Of(difference, rows, columns, transposed, options, algebra);
            var module = tensor.Name[..^".weight".Length];
            var (a, b) = spool.Put(module, factors, kind == LoraKind.EmbeddingFactors);
            var (error, square) = (Distance(difference, a, b, factors.Rank, rows, columns, transposed), Reducing.SumOfSquares(difference));
            (kept, all, wrong, squares) = (kept + factors.KeptSquares, all + factors.AllSquares, wrong + error, squares + square);
            modules.Add(new LoraModule(module, factors.Rank, factors.FullRank, factors.KeptEnergy, square == 0 ? 0 : Math.Sqrt(error / square)));
        }

        /// <summary>‖Δ − B·A‖² with the factors as they are stored.</summary>
        private static double Distance(float[] difference, float[] a, float[] b, int rank, int rows, int columns, bool transposed)
        {
            var (left, right) = transposed ? (MatrixBlocks.Transpose(a, rank, rows), MatrixBlocks.Transpose(b, columns, rank)) : (b, a);
            var (row, sum) = (new float[columns], 0.0);
            for (var i = 0; i < rows; i++)
            {
                new LowRankProduct(left, right, rank, columns, 1f).Fill((long)i * columns, row);
                sum += Reducing.SquaredDistance(difference.AsSpan(i * columns, columns), row);
            }
            return sum;
        }

        private static float[] Read(ITensorInput input, long elements)
        {
            var (values, reader) = (new float[elements], new TensorReader());
            for (var first = 0; first < values.Length; first += RunElements)
                input.Read(first, values.AsSpan(first, Math.Min(RunElements, values.Length - first)), reader);
            return values;
        }
    }
}

/// <summary>The coded errors of extracting an adapter.</summary>
internal static class LoraDiagnostics
{
    /// <summary>What is wrong with options whatever the models hold.</summary>
    public static IEnumerable<Diagnostic> Check(LoraOptions options)
    {
        if (options.Rank is null == options.Energy is null)
            yield return Options("an adapter needs either a rank or an energy. Give one of --rank and --energy.");
        if (options.Rank is < 1)
            yield return Options("the rank must be a whole number from 1. Change --rank.");
        if (options.Energy is { } energy && !(energy is > 0 and <= 1))
            yield return Options("the energy is the share of Σσ² to keep, above 0 and up to 1. Change --energy.");
        if (!(options.SingularValueEpsilon >= 0))
            yield return Options("the threshold of singular values must not be negative. Change --sv-epsilon.");
        foreach (var pattern in options.Excluded.Where(p => !IsExpression(p)))
            yield return Options($"'{Listing.Short(pattern)}' is no regular expression. Change --exclude-regex.");
    }

    private static bool IsExpression(string pattern)
    {
        try
        {
            return ModuleSelection.Expression(pattern) is not null;
        }
        catch (ArgumentException)
        {
            return false;
        }
    }

    private static Diagnostic Options(string message) => Diagnostic.Error("TA2119", message);
}
