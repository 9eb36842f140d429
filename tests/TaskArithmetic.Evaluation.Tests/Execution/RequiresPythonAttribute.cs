using Microsoft.VisualStudio.TestTools.UnitTesting;

namespace TaskArithmetic.Evaluation.Tests.Execution;

/// <summary>Skips a test where there is no Python.</summary>
[AttributeUsage(AttributeTargets.Class | AttributeTargets.Method)]
internal sealed class RequiresPythonAttribute : ConditionBaseAttribute
{
    public RequiresPythonAttribute() : base(ConditionMode.Include) => IgnoreMessage = "needs /usr/bin/python3";

    public override string GroupName => nameof(RequiresPythonAttribute);

    public override bool IsConditionMet => File.Exists("/usr/bin/python3");
}
