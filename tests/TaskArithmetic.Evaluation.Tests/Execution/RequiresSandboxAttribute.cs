using Microsoft.VisualStudio.TestTools.UnitTesting;
using TaskArithmetic.Evaluation.Execution;

namespace TaskArithmetic.Evaluation.Tests.Execution;

/// <summary>Skips a test, with the reason, where no sandbox works.</summary>
[AttributeUsage(AttributeTargets.Class | AttributeTargets.Method)]
internal sealed class RequiresSandboxAttribute : ConditionBaseAttribute
{
    private static readonly Lazy<ProgramExecutorSelection> Selection = new(() =>
        ProgramExecutorSelector.SelectAsync(new ProgramExecutionOptions { Allowed = CodeExecution.Sandbox }, CancellationToken.None).GetAwaiter().GetResult());

    public RequiresSandboxAttribute() : base(ConditionMode.Include) =>
        IgnoreMessage = "needs a working sandbox (bubblewrap and python3): " + string.Join(" ", Selection.Value.Diagnostics.Select(d => d.Message));

    public override string GroupName => nameof(RequiresSandboxAttribute);

    public override bool IsConditionMet => Selection.Value.Executor is not null;

    /// <summary>The sandbox that was found.</summary>
    public static IProgramExecutor Executor => Selection.Value.Executor!;
}
