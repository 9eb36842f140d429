using Microsoft.VisualStudio.TestTools.UnitTesting;
using TaskArithmetic.TestSupport;

namespace TaskArithmetic.Tests.Documentation;

/// <summary>Skips a test, with the reason, where the test binaries do not lie inside a checkout, or where a part of it is absent.</summary>
[AttributeUsage(AttributeTargets.Class | AttributeTargets.Method, AllowMultiple = false)]
internal sealed class RequiresRepositoryAttribute : ConditionBaseAttribute
{
    private readonly string path;

    /// <param name="path">A file or folder that must exist, relative to the repository.</param>
    public RequiresRepositoryAttribute(string path = "docs") : base(ConditionMode.Include)
    {
        this.path = path;
        IgnoreMessage = $"needs {path} of the repository around the test binaries, which is absent";
    }

    public override string GroupName => nameof(RequiresRepositoryAttribute) + path;

    public override bool IsConditionMet =>
        RepositoryRoot.Path is { } root && Path.Exists(Path.Combine(root, path));
}
