using BenchmarkDotNet.Running;
using TaskArithmetic.Benchmarks.WholeMerge;

// Kernels are measured by BenchmarkDotNet; a whole merge is seconds of disk and memory traffic and measured as a process.
return args.FirstOrDefault() switch
{
    "whole-merge" => WholeMergeComparison.Run(args[1..]),
    _ => BenchmarkSwitcher.FromAssembly(typeof(Program).Assembly).Run(args).Any() ? 0 : 1,
};
