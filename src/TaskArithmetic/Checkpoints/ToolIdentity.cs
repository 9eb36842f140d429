using System.Reflection;

namespace TaskArithmetic.Checkpoints;

/// <summary>What wrote a file.</summary>
/// <param name="Name">Always <c>TaskArithmetic</c>.</param>
/// <param name="Version">Version of the library, without the commit: two builds of one version write the same bytes.</param>
public sealed record ToolIdentity(string Name, string Version)
{
    /// <summary>This library.</summary>
    public static ToolIdentity Current { get; } = new("TaskArithmetic", VersionOf(typeof(ToolIdentity).Assembly));

    private static string VersionOf(Assembly assembly) =>
        assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()!.InformationalVersion.Split('+')[0];
}
