using TaskArithmetic.Diagnostics;
using TaskArithmetic.Evaluation.Benchmarks;
using TaskArithmetic.Evaluation.Statistics;
using TaskArithmetic.Text.Python;

namespace TaskArithmetic.Evaluation.Fewshot;

/// <summary>
/// Chooses the shots of one task, document after document. The random sampler goes on drawing from one generator, so the
/// shots of a document depend on how many documents came before it.
/// </summary>
internal sealed class FewshotSampler
{
    private readonly string task;
    private readonly FewshotSamplerKind kind;
    private readonly IReadOnlyList<PythonDictionary> pool;
    private readonly MersenneTwister random;
    private readonly MersenneTwister replacements;

    public FewshotSampler(string task, FewshotSettings settings, IReadOnlyList<PythonDictionary> rows, long seed)
    {
        this.task = task;
        kind = settings.Sampler;
        if (settings.Indices is { } indices && indices.FirstOrDefault(i => i >= rows.Count, -1) is >= 0 and var outside)
            throw new DiagnosticException(BenchmarkDiagnostics.FewshotPool(task, outside + 1, rows.Count));
        pool = settings.Indices is null ? rows : [.. settings.Indices.Select(i => rows[i])];
        random = new MersenneTwister(seed);
        replacements = new MersenneTwister(seed);
    }

    public IReadOnlyList<PythonDictionary> Pool => pool;

    /// <summary>
    /// The shots of the next document, none of which shows it its own answer: as <see cref="Sample(int, PythonDictionary?)"/> draws them, others in
    /// the place of those left out. Replacements come from a generator of their own, so that the shots of later documents stay the same.
    /// </summary>
    /// <exception cref="DiagnosticException">TA4030: the pool is too small.</exception>
    public IReadOnlyList<PythonDictionary> Sample(int count, PythonDictionary? exclude, Func<PythonDictionary, bool> isOwnAnswer)
    {
        if (kind == FewshotSamplerKind.FirstN)
        {
            _ = Sample(count, exclude);
            return [.. pool.Where(row => !isOwnAnswer(row)).Take(count)];
        }
        var drawn = Sample(count, exclude);
        List<PythonDictionary> shown = [.. drawn.Where(row => !isOwnAnswer(row))];
        if (shown.Count == count)
            return shown;
        var others = pool.Where(row => !drawn.Contains(row, ReferenceEqualityComparer.Instance) && !isOwnAnswer(row)).ToArray();
        if (others.Length < count - shown.Count)
            throw new DiagnosticException(BenchmarkDiagnostics.FewshotPoolWithoutOwnAnswer(task, count, others.Length + shown.Count));
        shown.AddRange(replacements.Sample(others.Length, count - shown.Count).Select(i => others[i]));
        return shown;
    }

    /// <summary>The shots of the next document.</summary>
    /// <param name="count">How many.</param>
    /// <param name="exclude">The document itself where it may be in the pool; rows equal to it are left out.</param>
    /// <exception cref="DiagnosticException">TA4030: the pool is too small.</exception>
    public IReadOnlyList<PythonDictionary> Sample(int count, PythonDictionary? exclude)
    {
        // With a document to leave out, one more is drawn, whether or not the draw contains it.
        var needed = kind == FewshotSamplerKind.FirstN || exclude is null || count == int.MaxValue ? count : count + 1;
        if (needed > pool.Count)
            throw new DiagnosticException(BenchmarkDiagnostics.FewshotPool(task, needed, pool.Count));
        var rows = kind == FewshotSamplerKind.FirstN ? pool : random.Sample(pool.Count, needed).Select(i => pool[i]);
        return [.. rows.Where(row => exclude is null || !Comparison.AreEqual(row, exclude)).Take(count)];
    }
}
