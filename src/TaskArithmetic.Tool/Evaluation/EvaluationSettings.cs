using TaskArithmetic.Evaluation.Execution;
using TaskArithmetic.Evaluation.Gates;
using TaskArithmetic.Evaluation.Running;

namespace TaskArithmetic.Tool.Evaluation;

/// <summary>Everything an evaluation is asked for.</summary>
internal sealed record EvaluationSettings
{
    /// <summary>The model to score: a folder, or an endpoint's name of it.</summary>
    public required string Model { get; init; }

    /// <summary>The model to compare with, or null.</summary>
    public string? Baseline { get; init; }

    /// <summary>The benchmarks, in order.</summary>
    public required IReadOnlyList<GatedBenchmark> Benchmarks { get; init; }

    /// <summary>Files and folders with further task files.</summary>
    public required IReadOnlyList<string> IncludePaths { get; init; }

    /// <summary>How to run them; limit and shots of a benchmark come on top.</summary>
    public required BenchmarkRunOptions Options { get; init; }

    /// <summary>The user's own data folder, or null.</summary>
    public string? DataFolder { get; init; }

    /// <summary>Whether data may be fetched from their public origin.</summary>
    public bool Offline { get; init; }

    /// <summary>Whether programs of the model may run.</summary>
    public CodeExecution AllowCodeExecution { get; init; }

    /// <summary>How gates judge.</summary>
    public GateOptions Gate { get; init; } = new();

    /// <summary>Folder for results and reports.</summary>
    public required string Output { get; init; }

    /// <summary>The cache folder.</summary>
    public required string CacheDirectory { get; init; }

    /// <summary>Whether answers are taken from and put into the request cache.</summary>
    public bool UseCache { get; init; } = true;
}
