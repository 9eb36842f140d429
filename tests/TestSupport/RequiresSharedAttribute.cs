using Microsoft.VisualStudio.TestTools.UnitTesting;

namespace TaskArithmetic.TestSupport;

/// <summary>Skips a test, with the reason, where the folder of golden data is not beside the repository.</summary>
[AttributeUsage(AttributeTargets.Class | AttributeTargets.Method, AllowMultiple = false)]
internal sealed class RequiresSharedAttribute : ConditionBaseAttribute
{
    private readonly string path;

    /// <param name="path">Path below the shared folder, such as <c>golden/chat</c>.</param>
    public RequiresSharedAttribute(string path) : base(ConditionMode.Include)
    {
        this.path = path;
        IgnoreMessage = $"needs shared/{path} beside the repository (or TASKARITHMETIC_SHARED), which is absent";
    }

    public override string GroupName => nameof(RequiresSharedAttribute) + path;

    public override bool IsConditionMet => SharedData.Exists(path);
}
