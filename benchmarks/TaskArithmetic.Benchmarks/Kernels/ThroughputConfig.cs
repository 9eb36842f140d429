using BenchmarkDotNet.Configs;

namespace TaskArithmetic.Benchmarks.Kernels;

/// <summary>The default configuration with throughput beside the time.</summary>
public sealed class ThroughputConfig : ManualConfig
{
    public ThroughputConfig() => AddColumn(new ThroughputColumn());
}
